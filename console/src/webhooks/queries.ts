import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';

/** Webhooks a page of the list; the API's most. */
const PAGE = 100;
/** How often the list is loaded again while it is looked at, up to how many pages. */
const REFRESH_MS = 30_000;
const REFRESHED_PAGES = 2;
/** Names are looked up for this many webhooks. */
const NAMED = 500;

/** What narrows the list of webhooks. */
export interface WebhookFilter {
  status: Schemas['Webhook']['status'] | null;
  event_name: string | null;
}

/** The list of webhooks, oldest first, with how each did in the last 24 hours. */
export function webhooksQuery(filter: WebhookFilter) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', 'list', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/webhook', {
          params: {
            query: {
              limit: PAGE,
              include: 'stats',
              ...(pageParam && { cursor: pageParam }),
              ...(filter.status && { status: filter.status }),
              ...(filter.event_name && { event_name: filter.event_name }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= REFRESHED_PAGES ? REFRESH_MS : false),
  });
}

/** One webhook, with its `ETag` for a `PUT`. */
export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => answer(api.GET('/webhook/{config_id}', { params: { path: { config_id: id } }, signal })),
  });
}

/** The names of webhooks by id, as far as they are known: of the first 500, kept for a minute. */
export function useWebhookNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['webhooks', 'names'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const names = new Map<string, string>();
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor && { cursor }) };
        const page: { data: Schemas['Webhook'][]; next_cursor: string | null } = await answer(
          api.GET('/webhook', { params: { query }, signal }),
        );
        for (const webhook of page.data) names.set(webhook.config_id, webhook.name);
        cursor = page.next_cursor;
      } while (cursor && names.size < NAMED);
      return names;
    },
  });
  return data ?? NONE;
}

const NONE: ReadonlyMap<string, string> = new Map();
