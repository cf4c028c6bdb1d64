import type { Schemas } from '@/api/client';

/** A row of a list of events. */
export type Row = Schemas['EventSummary'];

/** A page as the API answers it, newest first. */
export interface EventPage {
  data: Row[];
  next_cursor: string | null;
  /** When it was asked for, in milliseconds since 1970. */
  asked_at: number;
  /** How many calls it took. */
  calls: number;
}

/** How far the reader's clock may be off that of the API, or a list behind the table, in milliseconds. */
const CLOCKS_APART = 120_000;

/** What is listed: the newest events and those below that were asked for. Ids sort as their times do. */
export interface Listing {
  rows: Row[];
  /** Where older ones go on; null at the end of the list. */
  end: string | null;
  /** Those that came in last, while the list was looked at. */
  fresh: ReadonlySet<string>;
  /** Nothing is left out below this id. */
  top: string;
}

/** The list as it begins. */
export function begin(page: EventPage): Listing {
  return { rows: page.data, end: page.next_cursor, fresh: new Set(), top: topOf(page) };
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
  const top = topOf(page);
  if (next_cursor === null || next_cursor > listing.top) return { rows: page.data, end: next_cursor, fresh, top };
  const here = new Set(page.data.map((row) => row.event_id));
  const below = listing.rows.filter((row) => row.event_id <= next_cursor && !here.has(row.event_id));
  return { rows: [...page.data, ...below], end: listing.end, fresh, top };
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

/** The newest id of a page, or what an event would have that was accepted well before it was asked for: with a filter most have no row. */
function topOf(page: EventPage): string {
  const asked = `evt_${ulidTime(page.asked_at - CLOCKS_APART)}`;
  const newest = page.data[0]?.event_id ?? '';
  return newest > asked ? newest : asked;
}

/** Whether an event was accepted so lately that its row may not be written yet, by the time in its id. */
export function isYoung(event_id: string, now: number): boolean {
  return event_id > `evt_${ulidTime(now - CLOCKS_APART)}`;
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The ten characters that a ULID of this time begins with. */
export function ulidTime(ms: number): string {
  let rest = ms;
  let text = '';
  for (let place = 0; place < 10; place++) {
    text = `${DIGITS[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}
