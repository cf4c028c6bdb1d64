import { describe, expect, it } from 'vitest';
import { filterOf, isFiltered, queryOf, statusesFor } from './filter';

const now = new Date('2026-11-22T08:00:00Z');
const filter = (search: string, webhook: string | null = null) => filterOf(new URLSearchParams(search), webhook);

describe('filterOf', () => {
  it('across webhooks only failed and in-progress events can be listed', () => {
    expect(filter('').status).toBe('failed');
    expect(filter('status=in_progress').status).toBe('in_progress');
    expect(filter('status=succeeded').status).toBe('failed');
    expect(statusesFor(filter(''))).toEqual(['failed', 'in_progress']);
  });

  it('of one webhook or one correlation id everything can', () => {
    expect(filter('webhook=wh_1').status).toBeNull();
    expect(filter('webhook=wh_1&status=succeeded').status).toBe('succeeded');
    expect(filter('correlation_id=c0ffee&status=skipped').status).toBe('skipped');
    expect(filter('status=succeeded', 'wh_1').webhook).toBe('wh_1');
    expect(statusesFor(filter('correlation_id=c0ffee'))).toHaveLength(4);
  });

  it('leaves out what is no value, and times beside a range', () => {
    expect(filter('status=lost&range=3y&from=tomorrow')).toEqual(filter(''));
    expect(filter('range=24h&from=2026-11-20T00:00:00Z').from).toBeNull();
    expect(filter('from=2026-11-20T00:00:00Z').from).toBe('2026-11-20T00:00:00.000Z');
  });

  it('takes what is empty for what is not given', () => {
    expect(filter('correlation_id=&webhook=&event_name=')).toEqual(filter(''));
  });

  it('knows whether anything is narrowed', () => {
    expect(isFiltered(new URLSearchParams('tab=events'))).toBe(false);
    expect(isFiltered(new URLSearchParams('tab=events&range=1h'))).toBe(true);
  });
});

describe('queryOf', () => {
  it('a range ends now', () => {
    expect(queryOf(filter('range=24h&webhook=wh_1'), now)).toEqual({ from: '2026-11-21T08:00:00.000Z' });
  });
  it('holds everything else as it is', () => {
    expect(
      queryOf(filter('event_name=order.created&correlation_id=c&status=failed&to=2026-11-20T00:00Z'), now),
    ).toEqual({
      status: 'failed',
      event_name: 'order.created',
      correlation_id: 'c',
      to: '2026-11-20T00:00:00.000Z',
    });
  });
});
