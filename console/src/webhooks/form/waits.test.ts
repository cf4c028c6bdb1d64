import { describe, expect, it } from 'vitest';
import { longestInAll, parseWait, waitText } from './waits';

describe('parseWait', () => {
  it.each([
    ['90', 90],
    ['5 s', 5],
    ['5min', 300],
    ['5 Min.', 300],
    ['1h 30m', 5_400],
    ['1 hour and 30 minutes', 5_400],
    ['1.5 hours', 5_400],
    ['1 d', 86_400],
    ['1 day, 2 hrs', 93_600],
    ['0', 0],
  ])('%s is %i s', (text, seconds) => expect(parseWait(text)).toBe(seconds));

  it.each(['', 'soon', '5 weeks', '-5 s', '5 s later', '0.5 s', '1h 30'])('%s is none', (text) =>
    expect(parseWait(text)).toBeNull(),
  );
});

describe('waitText', () => {
  it.each([
    [5, '5 s'],
    [90, '1 min 30 s'],
    [5_400, '1 h 30 min'],
    [86_400, '1 d'],
    [93_784, '1 d 2 h 3 min 4 s'],
    [0, '0 s'],
  ])('%i s is %s', (seconds, text) => {
    expect(waitText(seconds)).toBe(text);
    expect(parseWait(text)).toBe(seconds);
  });
});

describe('longestInAll', () => {
  it('adds the waits of the retries that there are', () => expect(longestInAll([5, 300, 1_800], 2)).toBe(305));
  it('repeats the last wait', () => expect(longestInAll([5, 300], 4)).toBe(905));
  it('is nothing without retries', () => expect(longestInAll([5], 0)).toBe(0));
});
