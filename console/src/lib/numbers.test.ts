import { expect, it } from 'vitest';
import { bytes, plural, share } from './numbers';

it('a share is whole only where it is exactly so', () => {
  expect([1, 0.99999, 0.5, 0.00001, 0, null].map(share)).toEqual(['100 %', '99.9 %', '50.0 %', '0.1 %', '0 %', '–']);
});

it('sizes go by thousands', () => {
  expect([999, 3_400, 1_234_567, 5e9].map(bytes)).toEqual(['999 B', '3.4 kB', '1.2 MB', '5.0 GB']);
});

it('plurals', () => {
  expect([plural(1, 'reply', 'replies'), plural(1_000, 'webhook')]).toEqual(['1 reply', '1,000 webhooks']);
});
