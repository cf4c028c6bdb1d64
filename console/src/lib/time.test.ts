import { describe, expect, it } from 'vitest';
import { ago, duration, utc } from './time';

const now = new Date('2026-11-22T08:00:00Z');
const from = (seconds: number) => ago(new Date(now.getTime() + seconds * 1_000), now);

describe('ago', () => {
  it.each([
    [-3, 'now'],
    [-42, '42 sec. ago'],
    [-340, '6 min. ago'],
    [7_200, 'in 2 hr.'],
    [-86_400, 'yesterday'],
    [-86_400 * 40, '40 days ago'],
  ])('%i s from now is %s', (seconds, text) => expect(from(seconds)).toBe(text));
});

describe('duration', () => {
  it.each([
    [850.4, '850 ms'],
    [3_210, '3.2 s'],
    [59_600, '1 min'],
    [330_000, '5 min 30 s'],
    [7_200_000, '2 h'],
    [100_800_000, '1 d 4 h'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

it('utc keeps the milliseconds', () => {
  expect(utc(new Date('2026-11-22T08:00:00.107Z'))).toBe('2026-11-22 08:00:00.107 UTC');
});
