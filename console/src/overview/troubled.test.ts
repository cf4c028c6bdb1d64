import { expect, it } from 'vitest';
import { troubled } from './troubled';

it('names the disabled ones first, and links to a failure only where its reason is what is shown', () => {
  const rows = troubled({
    auto_disabled: [
      { config_id: 'wh_1', name: 'a', status_reason: 'the receiver is gone', updated_at: '2026-11-22T08:00:00Z' },
    ],
    failing: [
      {
        config_id: 'wh_2',
        name: 'b',
        status: 'active',
        failing_since: '2026-11-21T08:00:00Z',
        last_failure: { at: '2026-11-22T07:00:00Z', event_id: 'evt_1', reason: 'dns_failure' },
      },
      { config_id: 'wh_3', name: 'c', status: 'disabled', failing_since: '2026-11-22T08:00:00Z', last_failure: null },
    ],
  });
  expect(rows.map(({ config_id, status, why, event_id }) => [config_id, status, why, event_id])).toEqual([
    ['wh_1', 'auto_disabled', 'the receiver is gone', null],
    ['wh_2', 'active', 'dns_failure', 'evt_1'],
    ['wh_3', 'disabled', null, null],
  ]);
});
