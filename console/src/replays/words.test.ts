import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leastTime, leftOut, percent, progressWords, STOPPED, selectionWords } from './words';

const document = JSON.parse(
  readFileSync(new URL('../../../crates/hookstep-lambdas/openapi.json', import.meta.url), 'utf8'),
);
const reasons: (string | null)[] = document.components.schemas.Replay.properties.reason.enum;

it('every reason of the API has a sentence', () => {
  expect(Object.keys(STOPPED).sort()).toEqual(reasons.filter((reason) => reason !== null).sort());
});

describe('percent', () => {
  it('is 100 only at the end', () => {
    expect(percent({ status: 'running', handled: 8_123, total: 8_123 })).toBe(99);
    expect(percent({ status: 'finished', handled: 0, total: 0 })).toBe(100);
  });
  it('is unknown where nobody counted', () =>
    expect(percent({ status: 'running', handled: 5, total: null })).toBeNull());
  it('begins at 0', () => expect(percent({ status: 'running', handled: 0, total: 0 })).toBe(0));
});

it('says how far it is, and what is chosen', () => {
  expect(progressWords({ handled: 2_500, total: 8_123 })).toBe('2,500 of 8,123 events');
  expect(progressWords({ handled: 1, total: null })).toBe('1 event so far');
  expect(selectionWords({ event_ids: 2 }, String)).toBe('2 chosen events');
  expect(selectionWords({ status: 'failed', from: 'a', to: 'b' }, String)).toBe('failed events from a to b');
  expect(leastTime(101, 50)).toBe(3_000);
});

it('says what is left out', () => {
  const counted = { dry_run: true, events: 3, not_found: 1, in_progress: 2, unreadable: 0, complete: true } as const;
  expect(leftOut(counted)).toBe('Left out: 2 events in progress, 1 event no longer kept.');
  expect(leftOut({ ...counted, not_found: 0, in_progress: 0 })).toBeNull();
});
