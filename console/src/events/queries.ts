import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { asProblem } from '@/api/problem';
import { type EventFilter, queryOf } from './filter';
import { type EventPage, isYoung } from './listing';

/** Events a page; the API's most. */
export const PAGE = 100;
/** How often a page is asked for that comes back empty and is not the last: a filter leaves little of what is looked through. */
const CALLS = 5;
/** How often what is under way is asked for again, in milliseconds. */
export const LIVE_MS = 5_000;

/** A page of events, newest first, below `cursor`. */
export async function eventPage(filter: EventFilter, cursor: string | null, signal?: AbortSignal): Promise<EventPage> {
  const asked_at = Date.now();
  const parameters = queryOf(filter, new Date(asked_at));
  let next = cursor;
  for (let call = 1; ; call++) {
    const query = { limit: PAGE, ...parameters, ...(next && { cursor: next }) };
    const page: Pick<EventPage, 'data' | 'next_cursor'> = await (filter.webhook
      ? answer(
          api.GET('/webhook/{config_id}/events', {
            params: { path: { config_id: filter.webhook }, query },
            ...(signal && { signal }),
          }),
        )
      : answer(api.GET('/events', { params: { query }, ...(signal && { signal }) })));
    if (page.data.length > 0 || page.next_cursor === null || call === CALLS)
      return { data: page.data, next_cursor: page.next_cursor, asked_at, calls: call };
    next = page.next_cursor;
  }
}

/** In how many milliseconds a page is asked for again: one call every five seconds, however many a page takes. */
export function livePace(page: Pick<EventPage, 'calls'> | undefined): number {
  return LIVE_MS * (page?.calls ?? 1);
}

const TRIES = 2;
const YOUNG_TRIES = 20;

/** One event with its attempts; asked for again while it is under way. */
export function eventQuery(config_id: string, event_id: string) {
  return queryOptions({
    queryKey: ['events', 'one', config_id, event_id],
    queryFn: ({ signal }) =>
      answer(api.GET('/webhook/{config_id}/events/{event_id}', { params: { path: { config_id, event_id } }, signal })),
    // The row of an event that was accepted a moment ago may not be there yet.
    retry: (failures, error) =>
      asProblem(error).code === 'event_not_found'
        ? failures < YOUNG_TRIES && isYoung(event_id, Date.now())
        : failures < TRIES && asProblem(error).passes,
    retryDelay: 500,
    refetchInterval: ({ state }) => (state.data ? pace(state.data, Date.now(), nudged.get(event_id)) : false),
  });
}

/** When somebody asked for the next attempt of an event to be made at once, by its id. */
const nudged = new Map<string, number>();
/** The attempt shows in the row within seconds. */
const NUDGED_MS = 15_000;

/** Tells that the next attempt of an event is being made at once: it is looked at often for a while. */
export function nudge(event_id: string): void {
  nudged.set(event_id, Date.now());
}

/** In how many milliseconds an event is looked at again: what runs soon, what waits later, what has ended not at all. */
export function pace(
  event: Pick<Schemas['Event'], 'status' | 'next_attempt_at'>,
  now: number,
  nudgedAt?: number,
): number | false {
  if (event.status !== 'in_progress') return false;
  if (nudgedAt !== undefined && now - nudgedAt < NUDGED_MS) return 1_000;
  const left = event.next_attempt_at ? Date.parse(event.next_attempt_at) - now : 0;
  return left > 4 * LIVE_MS ? 2 * LIVE_MS : 2_000;
}
