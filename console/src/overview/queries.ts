import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';

/** How often the overview is loaded again while it is looked at. */
const REFRESH_MS = 15_000;
const STATS_REFRESH_MS = 60_000;
const FAILURES = 10;

/** What needs attention, and what is under way. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  refetchInterval: REFRESH_MS,
  queryFn: ({ signal }) => answer(api.GET('/overview', { signal })),
});

/** The last 24 hours of all webhooks, by the hour. */
export const lastDayQuery = queryOptions({
  queryKey: ['stats', 'last-day'],
  refetchInterval: STATS_REFRESH_MS,
  queryFn: ({ signal }) => answer(api.GET('/stats', { params: { query: { bucket: '1h' } }, signal })),
});

/** The newest events that failed, of all webhooks. */
export const failuresQuery = queryOptions({
  queryKey: ['events', 'recent-failures'],
  refetchInterval: REFRESH_MS,
  queryFn: ({ signal }) =>
    answer(api.GET('/events', { params: { query: { status: 'failed', limit: FAILURES } }, signal })),
});
