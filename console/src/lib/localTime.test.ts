import { describe, expect, it } from 'vitest';
import { fromInput, toInput } from './localTime';

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
