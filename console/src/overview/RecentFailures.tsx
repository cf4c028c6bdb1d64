import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '@/api/client';
import { reasonWords } from '@/lib/reasons';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { TextLink } from '@/ui/links';
import { Panel } from '@/ui/Panel';
import { Time } from '@/ui/Time';
import { useWebhookNames } from '@/webhooks/queries';
import { failuresQuery } from './queries';

const ReplayDialog = lazy(() => import('@/replays/ReplayDialog').then((file) => ({ default: file.ReplayDialog })));

type Row = Schemas['EventSummary'];

/** The newest events that failed for good; each can be sent again from here. */
export function RecentFailures() {
  const failures = useQuery(failuresQuery);
  const names = useWebhookNames();
  const [replayed, setReplayed] = useState<Row[] | null>(null);
  return (
    <Panel title="Recent failures" aside={<TextLink href="/events?status=failed">All failed events</TextLink>}>
      <Loaded query={failures} what="the recent failures" lines={4}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No failures" icon="success">
              No event that is still kept has failed.
            </Empty>
          ) : (
            <DataTable
              label="Recent failures"
              rows={data}
              rowKey={(event) => event.event_id}
              href={(event) => `/webhooks/${event.config_id}/events/${event.event_id}`}
              columns={[
                { key: 'at', header: 'Failed', cell: (event) => <Time value={event.updated_at} /> },
                {
                  key: 'webhook',
                  header: 'Webhook',
                  main: true,
                  cell: (event) => (
                    <>
                      {names.get(event.config_id) ?? event.config_id}
                      <span className="hs-hidden">, event {event.event_id}</span>
                    </>
                  ),
                },
                { key: 'name', header: 'Event name', wraps: true, cell: (event) => event.event_name, desktop: true },
                { key: 'reason', header: 'Reason', width: '15rem', cell: reason },
                {
                  key: 'attempts',
                  header: 'Attempts',
                  align: 'right',
                  desktop: true,
                  cell: (event) => event.attempts.length,
                },
                {
                  key: 'actions',
                  header: 'Actions',
                  actions: true,
                  align: 'right',
                  cell: (event) => (
                    <Button
                      size="compact-sm"
                      variant="default"
                      leftSection={<Icon name="repeat" size={13} />}
                      onClick={() => setReplayed([event])}
                      aria-label={`Replay ${event.event_id}`}
                    >
                      Replay
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {replayed && (
        <Suspense>
          <ReplayDialog events={replayed} onClose={() => setReplayed(null)} />
        </Suspense>
      )}
    </Panel>
  );
}

function reason(event: Row) {
  return event.reason && reasonWords(event.reason);
}
