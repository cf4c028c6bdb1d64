import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { count, plural } from '@/lib/numbers';
import { Empty } from '@/ui/Empty';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { LinkButton } from '@/ui/links';
import { More } from '@/ui/More';
import { Page } from '@/ui/Page';
import { useQueryState } from '@/ui/useQueryState';
import { webhooksQuery } from '../queries';
import { TestDialog, type TestDialogProps } from '../TestDialog';
import { Filters } from './Filters';
import { filterOf, matches } from './filter';
import { useAllPages } from './useAllPages';
import { WebhookTable } from './WebhookTable';

/** All webhooks: how each did in the last 24 hours, and what can be done to it without opening it. */
export default function WebhooksPage() {
  const [params, setParams] = useQueryState();
  const [tested, setTested] = useState<TestDialogProps['webhook']>(null);
  const filter = filterOf(params);
  const query = useInfiniteQuery(webhooksQuery(filter));
  const search = params.get('q') ?? '';
  // The API does not search: what is searched is what has been loaded, so all of it is.
  const searched = useAllPages(query, search !== '');
  const create = (
    <LinkButton href="/webhooks/new" leftSection={<Icon name="plus" />}>
      New webhook
    </LinkButton>
  );
  const narrowed = search !== '' || filter.status !== null || filter.event_name !== null;
  return (
    <Page title="Webhooks" subtitle="Where events are sent, and how that went in the last 24 hours" actions={create}>
      <Filters params={params} onChange={setParams} />
      <Loaded query={query} what="the webhooks" lines={8}>
        {({ pages }) => {
          const loaded = pages.flatMap((page) => page.data);
          const rows = loaded.filter((webhook) => matches(webhook, search));
          if (rows.length === 0 && !query.hasNextPage) {
            return narrowed ? (
              <Empty title="No webhook is like that" icon="search">
                Other words, or another status, may find it.
              </Empty>
            ) : (
              <Empty title="No webhooks yet" icon="webhook" action={create}>
                A webhook says where events are sent, and how.
              </Empty>
            );
          }
          return (
            <>
              <WebhookTable rows={rows} onTest={setTested} />
              <More
                query={query}
                shown={
                  search === ''
                    ? plural(rows.length, 'webhook')
                    : `${plural(rows.length, 'webhook')} found in ${searched ? 'the first ' : ''}${count(loaded.length)}`
                }
              />
            </>
          );
        }}
      </Loaded>
      <TestDialog webhook={tested} onClose={() => setTested(null)} />
    </Page>
  );
}
