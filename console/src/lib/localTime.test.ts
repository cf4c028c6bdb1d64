import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromInput, isTwice, toInput } from './localTime';

describe('a field of date and time', () => {
  it('has the moment that was put in', () =>
    expect(fromInput(toInput('2026-11-22T10:58:00.000Z'))).toBe('2026-11-22T10:58:00.000Z'));

  it.each(['0002-11-20T10:58', '0020-11-20T10:58', '0202-11-20T10:58', '', 'x'])('of %j is not complete', (typed) =>
    expect(fromInput(typed)).toBeNull(),
  );

  it('has years of four digits, as browsers ask for', () =>
    expect(toInput('0202-06-20T10:58:00Z')).toMatch(/^0202-06-\d\dT\d\d:\d\d$/));

  it('is empty without a moment', () => expect([toInput(null), toInput('yesterday')]).toEqual(['', '']));
});

describe('the night in which clocks are set back', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['America/New_York', '2026-11-01T05:30:00Z', true],
    ['America/New_York', '2026-11-01T06:30:00Z', true],
    ['America/New_York', '2026-11-01T04:30:00Z', false],
    ['America/New_York', '2026-11-01T07:30:00Z', false],
    ['Australia/Lord_Howe', '2026-04-04T14:45:00Z', true],
    ['UTC', '2026-11-01T05:30:00Z', false],
  ])('in %s has the minute of %s twice: %s', (zone, moment, twice) => {
    vi.stubEnv('TZ', zone);
    expect(isTwice(moment)).toBe(twice);
  });
});
