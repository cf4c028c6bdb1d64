import type { Schemas } from '@/api/client';
import { count, share } from '@/lib/numbers';
import { reasonWords } from '@/lib/reasons';
import { TextLink } from '@/ui/links';
import classes from './Reasons.module.css';
import { reasonsOf } from './series';

export interface ReasonsProps {
  counts: Schemas['StatsCounts'];
  config_id: string;
}

/** Why events were not delivered, the most frequent reason first. */
export function Reasons({ counts, config_id }: ReasonsProps) {
  return (
    <>
      <ul className={classes.reasons}>
        {reasonsOf(counts).map(({ reason, events, part }) => (
          <li key={reason}>
            <span className={classes.name}>{reasonWords(reason)}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="4" className={classes.back} />
              <rect width={part * 100} height="4" className={classes.part} />
            </svg>
            <span className={classes.figure}>
              {count(events)} ({share(part)})
            </span>
          </li>
        ))}
      </ul>
      <TextLink href={`/webhooks/${config_id}?tab=events&status=failed`}>The events that failed</TextLink>
    </>
  );
}
