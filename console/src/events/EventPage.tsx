import { useQuery } from '@tanstack/react-query';
import { asProblem } from '@/api/problem';
import { isolated } from '@/lib/bidi';
import { Loaded } from '@/ui/Loaded';
import { Note } from '@/ui/Note';
import { Page } from '@/ui/Page';
import { Panel } from '@/ui/Panel';
import { eventStatus, StatusBadge } from '@/ui/StatusBadge';
import { useNow } from '@/ui/useNow';
import { webhookQuery } from '@/webhooks/queries';
import { EventActions } from './EventActions';
import { EventFacts } from './EventFacts';
import classes from './EventPage.module.css';
import { explain } from './explain';
import { eventQuery } from './queries';
import { RequestPanel } from './RequestPanel';
import { Timeline } from './Timeline';

/** Reasons whose detail says no more than the sentence. */
const SAID: string[] = ['receiver_rejected', 'canceled', 'webhook_disabled', 'webhook_deleted'];

/** One event: why it is where it is, each attempt, and what can be done. */
export default function EventPage({ id, eventId }: { id: string; eventId: string }) {
  const event = useQuery(eventQuery(id, eventId));
  const webhook = useQuery(webhookQuery(id));
  const now = useNow();
  const { data } = event;
  const gone = asProblem(webhook.error).code === 'webhook_not_found';
  const why = data && explain(data, now);
  return (
    <Page
      title={data?.event_name ? isolated(data.event_name) : 'Event'}
      aside={data && <StatusBadge status={eventStatus(data)} />}
      subtitle={<code>{eventId}</code>}
      back={{
        href: `/webhooks/${id}?tab=events`,
        name: `Events of ${webhook.data ? isolated(webhook.data.name) : 'the webhook'}`,
      }}
      actions={data && <EventActions event={data} gone={gone} />}
    >
      <Loaded query={event} what="the event">
        {(shown) => (
          <>
            {why && (
              <div className={classes.why}>
                <Note kind={why.kind} title={why.text} role="status">
                  {why.advice && <div>{why.advice}</div>}
                  {shown.reason_detail && !(shown.reason && SAID.includes(shown.reason)) && (
                    <div>Detail: {shown.reason_detail}</div>
                  )}
                </Note>
              </div>
            )}
            <Panel title="Timeline">
              <Timeline event={shown} />
            </Panel>
            <RequestPanel event={shown} />
            <Panel title="Details">
              <EventFacts event={shown} webhook={webhook.data?.name} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}
