import { expect, it } from 'vitest';
import { isolated, pieces, quoted } from './bidi';

it('controls of direction are told apart, so that they can be seen', () => {
  expect(pieces('{"a":"\u202ert\u202c"}')).toEqual([
    { kind: 'text', text: '{"a":"' },
    { kind: 'control', text: 'U+202E' },
    { kind: 'text', text: 'rt' },
    { kind: 'control', text: 'U+202C' },
    { kind: 'text', text: '"}' },
  ]);
  expect(pieces('plain')).toEqual([{ kind: 'text', text: 'plain' }]);
});

it.each([
  ['orders', '“orders”'],
  ['\u202etxt.exe', '“[U+202E]txt.exe”'],
  ['הזמנות', '“\u2068הזמנות\u2069”'],
  ['\u2069הזמנות', '“\u2068[U+2069]הזמנות\u2069”'],
])('the name %j in a sentence is %j', (name, shown) => expect(quoted(name)).toBe(shown));

it('a name without such letters is as it is', () => expect(isolated('Größe 漢字 1')).toBe('Größe 漢字 1'));
