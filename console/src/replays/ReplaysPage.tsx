import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { plural } from '@/lib/numbers';
import { Empty } from '@/ui/Empty';
import { Loaded } from '@/ui/Loaded';
import { More } from '@/ui/More';
import { Page } from '@/ui/Page';
import { Panel } from '@/ui/Panel';
import { webhookQuery } from '@/webhooks/queries';
import { replaysQuery } from './queries';
import { RangeForm } from './RangeForm';
import { ReplayTable } from './ReplayTable';

/** The replays of a webhook, and a new one. */
export default function ReplaysPage({ id }: { id: string }) {
  const webhook = useQuery(webhookQuery(id));
  const replays = useInfiniteQuery(replaysQuery(id));
  return (
    <Page title="Replays" back={{ href: `/webhooks/${id}`, name: webhook.data?.name ?? 'Webhook' }}>
      <Panel title="Replay by status and time">
        <RangeForm config_id={id} />
      </Panel>
      <Panel title="Replays so far">
        <Loaded query={replays} what="the replays" lines={3}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.data);
            return rows.length === 0 ? (
              <Empty title="No replays yet" icon="repeat">
                Replays of many events are kept here for as long as events are.
              </Empty>
            ) : (
              <>
                <ReplayTable rows={rows} />
                <More query={replays} shown={plural(rows.length, 'replay')} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}
