import type { Schemas } from '@/api/client';
import { duration } from '@/lib/time';
import { Icon } from '@/ui/Icon';
import type { IconName } from '@/ui/icons';
import { Time } from '@/ui/Time';
import { AttemptDetail } from './AttemptDetail';
import { attemptSentence } from './explain';
import classes from './Timeline.module.css';

type Outcome = Schemas['Attempt']['outcome'];

const OUTCOMES: Record<Outcome, { name: string; icon: IconName; kind: 'good' | 'bad' | 'warn' }> = {
  delivered: { name: 'Delivered', icon: 'success', kind: 'good' },
  rejected: { name: 'Rejected', icon: 'failure', kind: 'bad' },
  timed_out: { name: 'Timed out', icon: 'clock', kind: 'bad' },
  unreachable: { name: 'Unreachable', icon: 'failure', kind: 'bad' },
  refused: { name: 'Not sent', icon: 'ban', kind: 'warn' },
};

/** What happened to an event, oldest first: accepted, each attempt with its answer, and what comes next. */
export function Timeline({ event }: { event: Schemas['Event'] }) {
  const last = event.attempts.at(-1);
  return (
    <ol className={classes.timeline}>
      <li className={classes.point} data-kind="quiet">
        <Icon name="inbox" />
        <span>
          Accepted <Time value={event.created_at} format="absolute" />
        </span>
      </li>
      {event.attempts.map((attempt) => {
        const { name, icon, kind } = OUTCOMES[attempt.outcome];
        return (
          <li key={attempt.number} className={classes.point} data-kind={kind}>
            <Icon name={icon} />
            <details open={attempt === last}>
              <summary>
                <span className={classes.title}>
                  Attempt {attempt.number}: {name}
                  {attempt.status_code !== undefined && ` (HTTP ${attempt.status_code})`}
                </span>
                <span className={classes.when}>
                  <Time value={attempt.started_at} format="absolute" /> · took {duration(attempt.duration_ms)}
                </span>
              </summary>
              <p>{attemptSentence(attempt)}.</p>
              <AttemptDetail event={event} attempt={attempt} />
            </details>
          </li>
        );
      })}
      <End event={event} />
    </ol>
  );
}

function End({ event }: { event: Schemas['Event'] }) {
  if (event.next_attempt_at)
    return (
      <li className={classes.point} data-kind="warn">
        <Icon name="hourglass" />
        <span>
          Attempt {event.attempts.length + 1} is due <Time value={event.next_attempt_at} /> (
          <Time value={event.next_attempt_at} format="absolute" />)
        </span>
      </li>
    );
  if (event.status === 'in_progress')
    return (
      <li className={classes.point} data-kind="busy">
        <Icon name="running" />
        <span>Attempt {event.attempts.length + 1} is being made</span>
      </li>
    );
  if (event.status === 'skipped' || event.attempts.length === 0 || event.reason === 'canceled')
    return (
      <li className={classes.point} data-kind={event.status === 'failed' ? 'bad' : 'quiet'}>
        <Icon name={event.status === 'failed' ? 'failure' : 'skipped'} />
        <span>
          {ENDS[event.status]} <Time value={event.updated_at} format="absolute" />
        </span>
      </li>
    );
  return null;
}

const ENDS: Record<Schemas['Event']['status'], string> = {
  failed: 'Ended as failed',
  skipped: 'Skipped',
  succeeded: 'Succeeded',
  in_progress: 'In progress',
};
