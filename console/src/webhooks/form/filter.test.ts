import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { busEventOf, sampleEvent } from './busEvent';
import { FILTER_EXAMPLES, withExample } from './filterExamples';
import { prettyJson } from './prettyJson';

const row = {
  event_id: 'evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2',
  event_name: 'order.created',
  source: 'eventbridge',
  correlation_id: '7bf73129-1428-4cd3-a780-95db273d1602',
  created_at: '2026-11-22T08:00:00.107Z',
  payload: '{"total": 120.50, "big": 12345678901234567890}',
  payload_encoding: 'utf8',
} as Schemas['Event'];

describe('the bus event of a row', () => {
  it('has the payload letter for letter, and what the row keeps', () => {
    const text = busEventOf(row) ?? '';
    expect(text).toContain('"total": 120.50');
    expect(text).toContain('"big": 12345678901234567890');
    expect(JSON.parse(text)).toMatchObject({
      id: '7bf73129-1428-4cd3-a780-95db273d1602',
      'detail-type': 'order.created',
      time: '2026-11-22T08:00:00.107Z',
    });
  });
  it('has the event’s id where it did not come over the bus', () =>
    expect(JSON.parse(busEventOf({ ...row, source: 'api', correlation_id: 'x' }) ?? '').id).toBe(row.event_id));
  it.each(['[1]', '"text"', '{"cut', ''])('there is none for the payload %s', (payload) =>
    expect(busEventOf({ ...row, payload })).toBeNull(),
  );
  it('there is none for bytes', () => expect(busEventOf({ ...row, payload_encoding: 'base64' })).toBeNull());
});

it('the sample has the webhook’s event name', () =>
  expect(JSON.parse(sampleEvent('order.paid'))['detail-type']).toBe('order.paid'));

describe('an example', () => {
  const [first, prefix] = FILTER_EXAMPLES;
  it('begins a filter', () => expect(first && withExample(' ', first)).toBe('{ "source": ["shop", "shop.eu"] }'));
  it('is added to a filter', () =>
    expect(JSON.parse((prefix && withExample('{"source": ["shop"], "detail": {"a": [1]}}', prefix)) ?? '')).toEqual({
      source: ['shop'],
      detail: { a: [1], email: [{ prefix: 'ada@' }] },
    }));
  it.each(['{', '[]'])('does not touch %s', (text) => expect(first && withExample(text, first)).toBeNull());
});

it('JSON is written on one line where there is room', () =>
  expect(
    prettyJson({ source: ['shop'], empty: {}, detail: { total: [{ numeric: ['>=', 100] }], name: 'x'.repeat(60) } }),
  ).toBe(`{
  "source": ["shop"],
  "empty": {},
  "detail": {
    "total": [{ "numeric": [">=", 100] }],
    "name": "${'x'.repeat(60)}"
  }
}`));
