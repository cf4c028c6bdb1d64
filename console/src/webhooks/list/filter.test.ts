import { expect, it } from 'vitest';
import { filterOf, matches } from './filter';

const webhook = {
  config_id: 'wh_1',
  name: 'Large Orders',
  description: 'for the ERP',
  url: 'https://hooks.example.com/in',
  event_name: null,
};

it.each([
  ['', true],
  ['orders example', true],
  ['ERP  large', true],
  ['wh_1', true],
  ['orders shop', false],
  ['null', false],
])('%j: %s', (search, found) => expect(matches(webhook, search)).toBe(found));

it('knows no status but those that there are', () => {
  expect(filterOf(new URLSearchParams('status=broken&event_name='))).toEqual({ status: null, event_name: null });
  expect(filterOf(new URLSearchParams('status=disabled&event_name=a'))).toEqual({
    status: 'disabled',
    event_name: 'a',
  });
});
