import { expect, it } from 'vitest';
import { merged, theirChanges } from './changes';
import { stored } from './fixture';
import { valuesOf } from './fromWebhook';

const base = stored();
const theirs = stored({ version: 4, timeout_seconds: 60, name: 'all orders', headers: { 'X-Source': 'shop' } });
const mine = { ...valuesOf(base), name: 'my orders', description: 'mine' };

it('says what others changed, and what both did', () =>
  expect(theirChanges(base, theirs, mine)).toEqual([
    { field: 'name', before: '"orders"', after: '"all orders"', mineToo: true },
    { field: 'timeout_seconds', before: '20', after: '60', mineToo: false },
    {
      field: 'headers',
      before: '{"X-Source":"shop","X-Partner":{"secret_set":true}}',
      after: '{"X-Source":"shop"}',
      mineToo: false,
    },
  ]));

it('rows that were read again are no change', () => expect(theirChanges(base, stored(), valuesOf(base))).toEqual([]));

it('takes theirs, but for what was changed here', () => {
  const { name, description, timeout_seconds, headers } = merged(base, theirs, mine);
  expect({ name, description, timeout_seconds }).toEqual({
    name: 'my orders',
    description: 'mine',
    timeout_seconds: 60,
  });
  expect(headers.map((row) => row.name)).toEqual(['X-Source']);
});
