import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { periodOf } from './periods';
import { labels, latencySummary, pointsOf, reasonsOf, successSummary, summary } from './series';

const counts = (more: Partial<Schemas['StatsCounts']> = {}): Schemas['StatsCounts'] => ({
  accepted: 0,
  in_progress: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  success_rate: null,
  attempts: 0,
  retries: 0,
  reasons: {},
  latency_ms: null,
  ...more,
});
const day = { bucket: '1d', from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' } as const;

describe('pointsOf', () => {
  it('draws a gap where nothing was, and not a zero', () => {
    const stats = {
      ...day,
      delay_seconds: 120,
      totals: counts(),
      buckets: [
        { start: '2026-11-01T00:00:00Z', ...counts() },
        {
          start: '2026-11-02T00:00:00Z',
          ...counts({ succeeded: 999, failed: 1, success_rate: 0.999, latency_ms: { p50: 80, p95: 300, p99: 900 } }),
        },
      ],
    };
    const [empty, busy] = pointsOf(stats);
    expect(empty).toMatchObject({ succeeded: 0, success: null, p50: null });
    expect(busy).toMatchObject({ succeeded: 999, success: 99.9, p99: 900 });
  });
});

describe('labels', () => {
  it('days are those of UTC', () => {
    const label = labels(day);
    expect(label(new Date('2026-11-02T00:00:00Z'))).toContain('2');
    expect(label(new Date('2026-11-02T00:00:00Z'))).toBe(label(new Date('2026-11-02T23:59:59Z')));
  });
  it('hours of more than a day are told apart', () => {
    const label = labels({ bucket: '1h', from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z' });
    expect(label(new Date('2026-11-02T05:00:00Z'))).not.toBe(label(new Date('2026-11-03T05:00:00Z')));
  });
});

it('reasons come by how often', () => {
  const reasons = { dns_failure: 1, receiver_rejected: 3 };
  expect(reasonsOf(counts({ reasons }))).toEqual([
    { reason: 'receiver_rejected', events: 3, part: 0.75 },
    { reason: 'dns_failure', events: 1, part: 0.25 },
  ]);
  expect(reasonsOf(counts())).toEqual([]);
});

it('says in words what the charts show', () => {
  const period = 'the last 24 hours';
  expect(summary(counts({ accepted: 3, succeeded: 2, failed: 1 }), period)).toBe(
    'In the last 24 hours 3 events were accepted: 2 succeeded, 1 failed, 0 skipped, 0 in progress.',
  );
  expect(latencySummary(null, period)).toContain('no receiver answered');
  expect(latencySummary({ p50: 80, p95: 300, p99: 1_200 }, period)).toContain(
    '95 % at most 300 ms, 99 % at most 1.2 s',
  );
  expect(successSummary(null, period)).toContain('no event');
});

it('a period that is none is a day', () => {
  expect(periodOf('7d')).toBe('7d');
  expect(periodOf('toString')).toBe('24h');
});
