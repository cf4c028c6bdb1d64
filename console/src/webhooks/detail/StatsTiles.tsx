import type { Schemas } from '@/api/client';
import { count, share } from '@/lib/numbers';
import { duration } from '@/lib/time';
import { Tile } from '@/overview/Tile';
import classes from './StatsTiles.module.css';

export interface StatsTilesProps {
  totals: Schemas['StatsCounts'];
  config_id: string;
}

/** The figures of a period. */
export function StatsTiles({ totals, config_id }: StatsTilesProps) {
  const events = (status: string) => `/webhooks/${config_id}?tab=events&status=${status}`;
  const { latency_ms } = totals;
  return (
    <dl className={classes.tiles}>
      <Tile name="Events" value={count(totals.accepted)} detail={`${count(totals.in_progress)} in progress`} />
      <Tile
        name="Success rate"
        value={share(totals.success_rate)}
        detail={`${count(totals.succeeded)} succeeded`}
        kind={totals.success_rate !== null && totals.success_rate < 0.95 ? 'bad' : undefined}
      />
      <Tile
        name="Failed"
        value={count(totals.failed)}
        kind={totals.failed > 0 ? 'bad' : undefined}
        href={totals.failed > 0 ? events('failed') : undefined}
      />
      <Tile
        name="Skipped"
        value={count(totals.skipped)}
        kind={totals.skipped > 0 ? 'warn' : undefined}
        href={totals.skipped > 0 ? events('skipped') : undefined}
      />
      <Tile name="Attempts" value={count(totals.attempts)} detail={`${count(totals.retries)} retries`} />
      <Tile
        name="Time to answer, p50"
        value={latency_ms ? duration(latency_ms.p50) : '–'}
        detail={latency_ms && `p95 ${duration(latency_ms.p95)}, p99 ${duration(latency_ms.p99)}`}
      />
    </dl>
  );
}
