import { Button } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { sentence } from '@/lib/sentence';
import { TextLink } from '@/ui/links';
import { Note } from '@/ui/Note';
import { Time } from '@/ui/Time';
import { useWebhookActions } from '../useWebhookActions';
import classes from './Standing.module.css';

/** What has to be known of a webhook that does not deliver; nothing where it does. */
export function Standing({ webhook }: { webhook: Schemas['Webhook'] }) {
  const actions = useWebhookActions();
  const enable = (
    <Button size="xs" loading={actions.busy} onClick={() => actions.enable(webhook)}>
      Enable
    </Button>
  );
  const events = `/webhooks/${webhook.config_id}?tab=events`;
  if (webhook.status === 'auto_disabled')
    return (
      <div className={classes.standing}>
        <Note kind="bad" title="Hookstep disabled this webhook" action={enable}>
          {webhook.status_reason && <div>{sentence(webhook.status_reason)}</div>}
          <div>
            Its events are skipped. Once the receiver works again, enable it and{' '}
            <TextLink href={`/webhooks/${webhook.config_id}/replays?status=skipped`}>replay what was skipped</TextLink>.
          </div>
        </Note>
      </div>
    );
  if (webhook.status === 'disabled')
    return (
      <div className={classes.standing}>
        <Note kind="info" title="This webhook is disabled" action={enable}>
          Its events are skipped. They can be replayed when it is enabled again.
        </Note>
      </div>
    );
  if (webhook.failing_since)
    return (
      <div className={classes.standing}>
        <Note kind="warn" title="Deliveries are failing">
          None has succeeded since the first failure <Time value={webhook.failing_since} />. If that goes on for days,
          Hookstep disables the webhook. <TextLink href={`${events}&status=failed`}>The events that failed</TextLink>
        </Note>
      </div>
    );
  return null;
}
