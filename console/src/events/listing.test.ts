import { describe, expect, it } from 'vitest';
import {
  begin,
  type EventPage,
  held,
  heldStill,
  isYoung,
  type Listing,
  type Row,
  ulidTime,
  withNewest,
  withOlder,
} from './listing';

/** The id of an event that was accepted at the n-th minute, a = 0. */
const id = (letter: string) => `evt_${ulidTime((letter.charCodeAt(0) - 97) * 60_000)}`;
const row = (letter: string, status: Row['status'] = 'failed') => ({ event_id: id(letter), status }) as Row;
const page = (letters: string, next: string | null = null, asked_at = 0): EventPage => ({
  data: [...letters].map((letter) => row(letter)),
  next_cursor: next && id(next),
  asked_at: asked_at || 120_000,
  calls: 1,
});
const LETTERS = new Map([...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [id(letter), letter]));
const ids = (listing: Listing) => listing.rows.map((each) => LETTERS.get(each.event_id)).join('');

describe('a live list', () => {
  it('puts newcomers on top and marks them', () => {
    const listing = withNewest(begin(page('dcb', 'b')), page('fed', 'd'));
    expect(ids(listing)).toBe('fedcb');
    expect([...listing.fresh]).toEqual([id('f'), id('e')]);
    expect(listing.end).toBe(id('b'));
  });

  it('keeps the marks until others come', () => {
    const listing = withNewest(withNewest(begin(page('a')), page('ba')), page('ba'));
    expect([...listing.fresh]).toEqual([id('b')]);
  });

  it('drops rows of the first page that are not in it any more, and none below it', () => {
    const listing = withOlder(begin(page('fed', 'd')), page('cba'));
    expect(ids(withNewest(listing, page('fd', 'd')))).toBe('fdcba');
    expect(ids(withNewest(listing, page('f')))).toBe('f');
  });

  it('begins anew rather than having a gap', () => {
    const listing = withNewest(begin(page('cba', 'a')), page('zyx', 'x'));
    expect(ids(listing)).toBe('zyx');
    expect(listing.end).toBe(id('x'));
  });

  it('an empty page may have more behind it', () => {
    const listing = withOlder(begin(page('', 'm')), page('cb', 'b'));
    expect(ids(listing)).toBe('cb');
  });

  it('of which a filter leaves nothing is no gap, as long as it reaches down to what was seen', () => {
    const listing = withOlder(begin(page('', 'c', 20 * 60_000)), page('ba'));
    expect(ids(withNewest(listing, page('', 'h', 21 * 60_000)))).toBe('ba');
    expect(ids(withNewest(listing, page('', 't', 40 * 60_000)))).toBe('');
  });

  it('holds still while somebody points at it: nothing moves, and states are those of now', () => {
    const newest = { data: [row('d'), row('c', 'succeeded')], next_cursor: null, asked_at: 0, calls: 1 };
    const listing = begin(page('cb'));
    expect(ids(heldStill(listing, newest))).toBe('cb');
    expect(heldStill(listing, newest).rows[0]?.status).toBe('succeeded');
    expect(held(listing, newest)).toBe(1);
  });

  it('shows an event once', () => {
    expect(ids(withOlder(begin(page('cb', 'b')), page('ba')))).toBe('cba');
  });
});

it('an event is young for two minutes', () => {
  const accepted = 1_469_918_176_385;
  const event_id = `evt_${ulidTime(accepted)}0123456789ABCDEF`;
  expect(isYoung(event_id, accepted + 100_000)).toBe(true);
  expect(isYoung(event_id, accepted + 130_000)).toBe(false);
});

it('ulidTime is what a ULID begins with', () => {
  expect(ulidTime(1_469_918_176_385)).toBe('01ARYZ6S41');
});
