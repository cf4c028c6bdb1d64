import { expect, it } from 'vitest';
import { livePace, pace } from './queries';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const waits = { status: 'in_progress' as const, next_attempt_at: '2026-11-22T09:00:00Z' };

it('a wait is looked at now and then, and often once somebody has asked for the attempt', () => {
  expect(pace(waits, NOW)).toBe(10_000);
  expect(pace(waits, NOW, NOW - 5_000)).toBe(1_000);
  expect(pace(waits, NOW, NOW - 60_000)).toBe(10_000);
});

it('an attempt that runs or is about to is looked at often, what has ended not at all', () => {
  expect(pace({ status: 'in_progress', next_attempt_at: null }, NOW)).toBe(2_000);
  expect(pace({ ...waits, next_attempt_at: '2026-11-22T08:00:10Z' }, NOW)).toBe(2_000);
  expect(pace({ status: 'failed', next_attempt_at: null }, NOW, NOW)).toBe(false);
});

it('a page that takes many calls is asked for less often', () => {
  expect([undefined, { calls: 1 }, { calls: 5 }].map(livePace)).toEqual([5_000, 5_000, 25_000]);
});
