import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { CopyButton } from '@/ui/CopyButton';
import { Facts } from '@/ui/Facts';
import { TextLink } from '@/ui/links';
import { Time } from '@/ui/Time';
import classes from './EventFacts.module.css';

const SOURCES: Record<Schemas['Event']['source'], string> = {
  api: 'The API: somebody triggered the webhook',
  eventbridge: 'The bus',
  replay: 'A replay of another event',
  test: 'A test of the webhook',
};

export interface EventFactsProps {
  event: Schemas['Event'];
  /** Of its webhook, once it is known. */
  webhook: string | undefined;
}

/** What an event is, and what it belongs to. */
export function EventFacts({ event, webhook }: EventFactsProps) {
  const { correlation_id } = event;
  return (
    <Facts
      facts={[
        [
          'Webhook',
          <TextLink key="webhook" href={`/webhooks/${event.config_id}`}>
            {webhook ?? event.config_id}
          </TextLink>,
        ],
        ['Event name', event.event_name],
        ['Came from', SOURCES[event.source]],
        [
          'Replay of',
          event.replay_of && (
            <TextLink href={`/webhooks/${event.config_id}/events/${event.replay_of}`}>{event.replay_of}</TextLink>
          ),
        ],
        ['Event id', <Copied key="id" value={event.event_id} what="event id" />],
        [
          'Correlation id',
          correlation_id && (
            <Copied value={correlation_id} what="correlation id">
              <TextLink href={`/events?correlation_id=${encodeURIComponent(correlation_id)}`}>
                All of its events
              </TextLink>
            </Copied>
          ),
        ],
        ['Trace id', <Copied key="trace" value={event.trace_id} what="trace id" />],
        ['Accepted', <Time key="accepted" value={event.created_at} format="absolute" />],
        ['Last change', <Time key="changed" value={event.updated_at} format="absolute" />],
        ['Kept until', <Time key="kept" value={event.expires_at} format="absolute" />],
        ['Execution', <Copied key="execution" value={event.execution_arn} what="ARN of the execution" />],
      ]}
    />
  );
}

function Copied({ value, what, children }: { value: string | null; what: string; children?: ReactNode }) {
  if (value === null) return <span>–</span>;
  return (
    <span className={classes.copied}>
      <code>{value}</code>
      <CopyButton value={value} label={`Copy the ${what}`} />
      {children}
    </span>
  );
}
