import { expect, it } from 'vitest';
import { formatJson, textOf } from './json';

const formatted = (source: string) => {
  const tokens = formatJson(source);
  return tokens && textOf(tokens);
};

it('indents', () => {
  expect(formatted('{"a":[1,{"b":null}],"c":{},"d":[]}')).toBe(
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": []\n}',
  );
});

it('keeps numbers, escapes, order and repeated keys as they are', () => {
  const source = '{"2":12345678901234567890,"1":1.0e+2,"1":"\\u00e4\\"}"}';
  expect(formatted(source)?.replace(/\s/g, '')).toBe(source);
});

it('tells keys from texts', () => {
  expect(formatJson('{"k":"v"}')?.filter((token) => token.kind === 'key')).toEqual([{ kind: 'key', text: '"k"' }]);
});

it('is null for what is no JSON', () => {
  expect(['', '<p>', '{"a":1} x'].map(formatJson)).toEqual([null, null, null]);
});
