import type { Schemas } from '@/api/client';

/** Status of an event. */
export type EventStatus = Schemas['Event']['status'];

/** The last so many milliseconds, by the name that stands in the query string. */
export const RANGES = {
  '1h': { name: 'Last hour', ms: 3_600_000 },
  '24h': { name: 'Last 24 hours', ms: 86_400_000 },
  '7d': { name: 'Last 7 days', ms: 7 * 86_400_000 },
  '30d': { name: 'Last 30 days', ms: 30 * 86_400_000 },
} as const;

/** What narrows a list of events; the query string of a page holds all of it. */
export interface EventFilter {
  /** Events of one webhook. */
  webhook: string | null;
  status: EventStatus | null;
  event_name: string | null;
  correlation_id: string | null;
  /** A time that ends now; `from` and `to` are null beside it. */
  range: keyof typeof RANGES | null;
  /** RFC 3339, inclusive. */
  from: string | null;
  to: string | null;
}

/** The statuses, in the order in which they are offered. */
export const STATUSES: EventStatus[] = ['failed', 'in_progress', 'succeeded', 'skipped'];

/** Those that can be listed across webhooks without a correlation id. */
const ACROSS: EventStatus[] = ['failed', 'in_progress'];

/** Whether any status can be listed, and all together: of one webhook, or of one correlation id. */
export function listsEverything(filter: Pick<EventFilter, 'webhook' | 'correlation_id'>): boolean {
  return filter.webhook !== null || filter.correlation_id !== null;
}

/** The statuses that can be asked for beside the rest of the filter. */
export function statusesFor(filter: Pick<EventFilter, 'webhook' | 'correlation_id'>): EventStatus[] {
  return listsEverything(filter) ? STATUSES : ACROSS;
}

/**
 * The filter that a query string means. What it can't mean is left out, so that the form shows what is listed: unknown values, and a
 * status that can't be listed across webhooks, which becomes `failed`. `webhook` is that of the page, if it is a webhook's.
 */
export function filterOf(params: URLSearchParams, webhook: string | null = null): EventFilter {
  const range = params.get('range');
  const preset = range !== null && Object.hasOwn(RANGES, range) ? (range as keyof typeof RANGES) : null;
  const scope = {
    webhook: webhook ?? (params.get('webhook') || null),
    correlation_id: params.get('correlation_id') || null,
  };
  const asked = STATUSES.find((status) => status === params.get('status')) ?? null;
  const status =
    asked !== null && statusesFor(scope).includes(asked) ? asked : listsEverything(scope) ? null : 'failed';
  return {
    ...scope,
    status,
    event_name: params.get('event_name') || null,
    range: preset,
    from: preset ? null : moment(params.get('from')),
    to: preset ? null : moment(params.get('to')),
  };
}

/** The change of a query string that empties the whole filter. */
export const NO_FILTER: Record<Exclude<keyof EventFilter, 'webhook'>, null> = {
  status: null,
  event_name: null,
  correlation_id: null,
  range: null,
  from: null,
  to: null,
};

/** Whether anything narrows the list. */
export function isFiltered(params: URLSearchParams): boolean {
  return [...Object.keys(NO_FILTER), 'webhook'].some((name) => params.has(name));
}

/** What the API is asked for. */
export interface EventQuery {
  status?: EventStatus;
  event_name?: string;
  correlation_id?: string;
  from?: string;
  to?: string;
}

/** The parameters of a call at `now`. */
export function queryOf(filter: EventFilter, now: Date): EventQuery {
  const from = filter.range ? new Date(now.getTime() - RANGES[filter.range].ms).toISOString() : filter.from;
  return {
    ...(filter.status && { status: filter.status }),
    ...(filter.event_name && { event_name: filter.event_name }),
    ...(filter.correlation_id && { correlation_id: filter.correlation_id }),
    ...(from && { from }),
    ...(filter.to && { to: filter.to }),
  };
}

/** A moment of an address as RFC 3339 in UTC; null where it is none. */
export function moment(value: string | null): string | null {
  const date = new Date(value ?? '');
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
