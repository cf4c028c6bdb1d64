import type { Schemas } from '@/api/client';
import { formatJson, textOf } from '@/lib/json';
import { prettyJson } from './prettyJson';

/** What stands where a row of an event does not keep what the bus said. */
const MADE_UP = { version: '0', account: '123456789012', region: 'eu-central-1', resources: [] as string[] };

/** An event of the bus to try filters on: the one of the documentation. */
export function sampleEvent(eventName: string): string {
  const event = {
    ...MADE_UP,
    id: '9e5f9e8a-2d4e-4d0f-9a80-8b5e1d3f7c11',
    'detail-type': eventName || 'order.created',
    source: 'shop',
    time: '2026-11-22T08:00:00Z',
    detail: {
      order: 4711,
      total: 120.5,
      country: 'FR',
      email: 'ada@example.com',
      address: '10.1.2.3',
      coupon: null,
      customer: { tier: 'gold' },
      lines: [{ sku: 'BOOK-7-EN', amount: 2 }],
    },
  };
  return prettyJson(event);
}

/**
 * The event of the bus that a delivered event would have been: its payload, letter for letter, as `detail`. Null where the payload is
 * no JSON object, or is not in the row. Account, region and, unless it came over the bus, the id and source are made up.
 */
export function busEventOf(event: Schemas['Event']): string | null {
  const { payload, payload_encoding, event_name, created_at, correlation_id, source } = event;
  if (payload === undefined || payload_encoding === 'base64' || !payload.trim().startsWith('{')) return null;
  const head = {
    ...MADE_UP,
    id: (source === 'eventbridge' && correlation_id) || event.event_id,
    'detail-type': event_name ?? 'order.created',
    source: 'shop',
    time: created_at,
  };
  const tokens = formatJson(`${JSON.stringify(head).slice(0, -1)},"detail":${payload}}`);
  return tokens && textOf(tokens);
}
