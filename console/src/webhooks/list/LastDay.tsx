import type { Schemas } from '@/api/client';
import { count, plural, share } from '@/lib/numbers';
import classes from './LastDay.module.css';

/** The share of deliveries that worked, drawn and in figures; nothing where there were none. */
export function LastDay({ counts }: { counts: Schemas['LastDay'] | undefined }) {
  if (!counts || counts.accepted === 0) return <span className={classes.none}>no events</span>;
  const rate = counts.success_rate;
  return (
    <span className={classes.day}>
      <span className={classes.figures}>
        <strong>{share(rate)}</strong>
        <span>{summary(counts)}</span>
      </span>
      {rate !== null && (
        <svg className={classes.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="4" className={classes.bad} />
          <rect width={rate * 100} height="4" className={classes.good} />
        </svg>
      )}
    </span>
  );
}

function summary(counts: Schemas['LastDay']): string {
  const parts = [
    plural(counts.accepted, 'event'),
    counts.failed > 0 && `${count(counts.failed)} failed`,
    counts.skipped > 0 && `${count(counts.skipped)} skipped`,
  ];
  return parts.filter(Boolean).join(', ');
}
