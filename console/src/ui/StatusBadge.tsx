import type { Schemas } from '@/api/client';
import { Icon } from './Icon';
import type { IconName } from './icons';
import classes from './StatusBadge.module.css';

/** Every status there is: of webhooks, of events and of replays; `waiting` is an event in progress whose next
 * attempt is not due yet, `failing` a webhook of which no delivery succeeds. */
export type Status =
  | Schemas['Webhook']['status']
  | Schemas['Event']['status']
  | Schemas['Replay']['status']
  | 'waiting'
  | 'failing';

type Kind = 'good' | 'bad' | 'warn' | 'busy' | 'quiet';

const SHOWN: Record<Status, { name: string; kind: Kind; icon: IconName }> = {
  active: { name: 'Active', kind: 'good', icon: 'success' },
  disabled: { name: 'Disabled', kind: 'quiet', icon: 'skipped' },
  auto_disabled: { name: 'Auto-disabled', kind: 'bad', icon: 'ban' },
  succeeded: { name: 'Succeeded', kind: 'good', icon: 'success' },
  failed: { name: 'Failed', kind: 'bad', icon: 'failure' },
  skipped: { name: 'Skipped', kind: 'quiet', icon: 'skipped' },
  in_progress: { name: 'In progress', kind: 'busy', icon: 'running' },
  waiting: { name: 'Waiting to retry', kind: 'warn', icon: 'hourglass' },
  failing: { name: 'Failing', kind: 'warn', icon: 'warning' },
  running: { name: 'Running', kind: 'busy', icon: 'running' },
  stopping: { name: 'Stopping', kind: 'warn', icon: 'stop' },
  stopped: { name: 'Stopped', kind: 'quiet', icon: 'stop' },
  finished: { name: 'Finished', kind: 'good', icon: 'success' },
};

/** A status in words, with a sign and a colour that say the same. */
export function StatusBadge({ status }: { status: Status }) {
  const { name, kind, icon } = SHOWN[status] ?? { name: status, kind: 'quiet', icon: 'info' };
  return (
    <span className={classes.badge} data-kind={kind}>
      <Icon name={icon} size={14} />
      {name}
    </span>
  );
}

/** The status of an event as it is shown: waiting for a retry is told apart from being tried. */
export function eventStatus(event: Pick<Schemas['EventSummary'], 'status' | 'next_attempt_at'>): Status {
  return event.status === 'in_progress' && event.next_attempt_at ? 'waiting' : event.status;
}
