import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { PERIODS, type Period } from './periods';

const HISTORY_PAGE = 50;
const STATS_PACE_MS = 30_000;

/** How a webhook did in a period that ends now. */
export function statsQuery(config_id: string, period: Period) {
  return queryOptions({
    queryKey: ['webhooks', config_id, 'stats', period],
    placeholderData: keepPreviousData,
    refetchInterval: STATS_PACE_MS,
    queryFn: ({ signal }) => {
      const { ms, bucket } = PERIODS[period];
      const now = Date.now();
      // A beginning in the middle of a bucket would bring one bucket more than there are hours.
      const from = new Date(now - ms + (bucket === '1h' ? 3_600_000 : 86_400_000)).toISOString();
      const query = { from, to: new Date(now).toISOString(), bucket };
      return answer(api.GET('/webhook/{config_id}/stats', { params: { path: { config_id }, query }, signal }));
    },
  });
}

/** Who did what to a webhook, newest first. */
export function historyQuery(config_id: string) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', config_id, 'history'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/webhook/{config_id}/history', {
          params: { path: { config_id }, query: { limit: HISTORY_PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}
