import type { Schemas } from '@/api/client';

/** A row of a list of events. */
export type Row = Schemas['EventSummary'];

/** A page as the API answers it, newest first. */
export interface EventPage {
  data: Row[];
  next_cursor: string | null;
}

/** What is listed: the newest events and those below that were asked for. Ids sort as their times do. */
export interface Listing {
  rows: Row[];
  /** Where older ones go on; null at the end of the list. */
  end: string | null;
  /** Those that came in last, while the list was looked at. */
  fresh: ReadonlySet<string>;
}

/** The list as it begins. */
export function begin(page: EventPage): Listing {
  return { rows: page.data, end: page.next_cursor, fresh: new Set() };
}

/**
 * The list with its first page read anew: newcomers on top, rows that don't belong here any more gone, those below the page as they were.
 * Where more has come in than a page holds, the list begins anew, so that it has no gap.
 */
export function withNewest(listing: Listing, page: EventPage): Listing {
  const known = new Set(listing.rows.map((row) => row.event_id));
  const newcomers = page.data.filter((row) => !known.has(row.event_id)).map((row) => row.event_id);
  const fresh = newcomers.length > 0 ? new Set(newcomers) : listing.fresh;
  const { next_cursor } = page;
  const newest = listing.rows[0]?.event_id;
  if (next_cursor === null || newest === undefined || next_cursor > newest)
    return { rows: page.data, end: next_cursor, fresh };
  const here = new Set(page.data.map((row) => row.event_id));
  const below = listing.rows.filter((row) => row.event_id <= next_cursor && !here.has(row.event_id));
  return { rows: [...page.data, ...below], end: below.length > 0 ? listing.end : next_cursor, fresh };
}

/** The list with its first page read anew, but for what would move rows: each is as it is now, none comes or goes. */
export function heldStill(listing: Listing, page: EventPage): Listing {
  const now = new Map(page.data.map((row) => [row.event_id, row]));
  return { ...listing, rows: listing.rows.map((row) => now.get(row.event_id) ?? row) };
}

/** How many newcomers a first page has that the list does not show. */
export function held(listing: Listing, page: EventPage): number {
  const known = new Set(listing.rows.map((row) => row.event_id));
  return page.data.filter((row) => !known.has(row.event_id)).length;
}

/** The list with the page below it. */
export function withOlder(listing: Listing, page: EventPage): Listing {
  const known = new Set(listing.rows.map((row) => row.event_id));
  const below = page.data.filter((row) => !known.has(row.event_id));
  return { ...listing, rows: [...listing.rows, ...below], end: page.next_cursor };
}
