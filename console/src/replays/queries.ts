import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';

const PAGE = 50;
const PACE_MS = 1_500;

/** How events are sent again. */
export interface ReplayHow {
  payload: 'as_configured' | 'as_sent';
  webhook_id: 'same' | 'new';
  /** Events started a second; of many only. */
  per_second: number;
}

/** What the API takes for what is left out. */
export const DEFAULT_HOW: ReplayHow = { payload: 'as_configured', webhook_id: 'same', per_second: 50 };

/** Which events of a webhook: these, or all of a status and a time. */
export type ReplayWhich =
  | { event_ids: string[] }
  | { status: 'failed' | 'skipped' | 'succeeded'; from: string; to?: string };

/** The replays of a webhook, newest first. */
export function replaysQuery(config_id: string) {
  return infiniteQueryOptions({
    queryKey: ['webhooks', config_id, 'replays'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/webhook/{config_id}/replays', {
          params: { path: { config_id }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.data.some(goesOn)) ? 2 * PACE_MS : false),
  });
}

/** One replay; asked for again while it goes on. */
export function replayQuery(config_id: string, replay_id: string) {
  return queryOptions({
    queryKey: ['webhooks', config_id, 'replays', replay_id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/webhook/{config_id}/replays/{replay_id}', { params: { path: { config_id, replay_id } }, signal }),
      ),
    refetchInterval: ({ state }) => (state.data && goesOn(state.data) ? PACE_MS : false),
  });
}

/** Whether a replay may still change by itself. */
export function goesOn(replay: Pick<Schemas['Replay'], 'status'>): boolean {
  return replay.status === 'running' || replay.status === 'stopping';
}

/** How many events a replay would take. */
export async function countEvents(
  config_id: string,
  which: ReplayWhich,
  signal?: AbortSignal,
): Promise<Schemas['ReplayDryRun']> {
  const call = api.POST('/webhook/{config_id}/replay', {
    params: { path: { config_id } },
    body: { ...which, dry_run: true },
    ...(signal && { signal }),
  });
  return (await answer(call)) as Schemas['ReplayDryRun'];
}

/** Events of one webhook, with how many of them can be sent again, or why none can. */
export interface CountedGroup {
  config_id: string;
  event_ids: string[];
  counted: Schemas['ReplayDryRun'] | null;
  problem: Problem | null;
}

/** The same for lists of events of several webhooks: where one can't be replayed, the others can. */
export function countGroups(
  groups: { config_id: string; event_ids: string[] }[],
  signal: AbortSignal,
): Promise<CountedGroup[]> {
  return Promise.all(
    groups.map(async ({ config_id, event_ids }) => {
      try {
        return { config_id, event_ids, counted: await countEvents(config_id, { event_ids }, signal), problem: null };
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.passes || signal.aborted) throw thrown;
        return { config_id, event_ids, counted: null, problem };
      }
    }),
  );
}

/** A key for one intent to replay: it stays while the call is repeated, and another choice needs another. */
export function newKey(): string {
  return `console-${crypto.randomUUID()}`;
}

/** Starts a replay. With the same key it is started once. */
export async function startReplay(
  config_id: string,
  which: ReplayWhich,
  how: ReplayHow,
  key: string,
): Promise<Schemas['Replay']> {
  const call = api.POST('/webhook/{config_id}/replay', {
    params: { path: { config_id }, header: { 'Idempotency-Key': key } },
    body: { ...which, ...how },
  });
  return (await answer(call)) as Schemas['Replay'];
}

/** Sends one event again, as a new one. With the same key it is sent once. */
export function replayEvent(
  { config_id, event_id }: Pick<Schemas['EventSummary'], 'config_id' | 'event_id'>,
  { payload, webhook_id }: ReplayHow,
  key: string,
): Promise<Schemas['ReplayedEvent']> {
  return answer(
    api.POST('/webhook/{config_id}/events/{event_id}/replay', {
      params: { path: { config_id, event_id }, header: { 'Idempotency-Key': key } },
      body: { payload, webhook_id },
    }),
  );
}
