import { expect, it } from 'vitest';
import { sentence } from './sentence';

it.each([
  ['there is no webhook of this id', 'There is no webhook of this id.'],
  ['2 fields are not valid; see `errors`', '2 fields are not valid; see `errors`.'],
  ['event_ids must be a list', 'event_ids must be a list.'],
  ['Your sign-in has expired.', 'Your sign-in has expired.'],
  ['', ''],
])('%j is %j', (text, shown) => expect(sentence(text)).toBe(shown));
