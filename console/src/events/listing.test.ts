import { describe, expect, it } from 'vitest';
import { begin, type EventPage, held, heldStill, type Listing, type Row, withNewest, withOlder } from './listing';

const row = (id: string, status: Row['status'] = 'failed') => ({ event_id: id, status }) as Row;
const page = (ids: string, next_cursor: string | null = null): EventPage => ({
  data: [...ids].map((id) => row(id)),
  next_cursor,
});
const ids = (listing: Listing) => listing.rows.map((each) => each.event_id).join('');

describe('a live list', () => {
  it('puts newcomers on top and marks them', () => {
    const listing = withNewest(begin(page('dcb', 'b')), page('fed', 'd'));
    expect(ids(listing)).toBe('fedcb');
    expect([...listing.fresh]).toEqual(['f', 'e']);
    expect(listing.end).toBe('b');
  });

  it('keeps the marks until others come', () => {
    const listing = withNewest(withNewest(begin(page('a')), page('ba')), page('ba'));
    expect([...listing.fresh]).toEqual(['b']);
  });

  it('drops rows of the first page that are not in it any more, and none below it', () => {
    const listing = withOlder(begin(page('fed', 'd')), page('cba'));
    expect(ids(withNewest(listing, page('fd', 'd')))).toBe('fdcba');
    expect(ids(withNewest(listing, page('f')))).toBe('f');
  });

  it('begins anew rather than having a gap', () => {
    const listing = withNewest(begin(page('cba', 'a')), page('zyx', 'x'));
    expect(ids(listing)).toBe('zyx');
    expect(listing.end).toBe('x');
  });

  it('an empty page may have more behind it', () => {
    const listing = withOlder(begin(page('', 'm')), page('cb', 'b'));
    expect(ids(listing)).toBe('cb');
    expect(withNewest(begin(page('', 'm')), page('', 'p')).end).toBe('p');
  });

  it('holds still while somebody points at it: nothing moves, and states are those of now', () => {
    const newest = { data: [row('d'), row('c', 'succeeded')], next_cursor: null };
    const listing = begin(page('cb'));
    expect(ids(heldStill(listing, newest))).toBe('cb');
    expect(heldStill(listing, newest).rows[0]?.status).toBe('succeeded');
    expect(held(listing, newest)).toBe(1);
  });

  it('shows an event once', () => {
    expect(ids(withOlder(begin(page('cb', 'b')), page('ba')))).toBe('cba');
  });
});
