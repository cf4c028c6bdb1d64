import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { attemptSentence, type Explained, explain } from './explain';
import { REASONS, reasonEntry } from './reasons';

const document = JSON.parse(
  readFileSync(new URL('../../../crates/hookstep-lambdas/openapi.json', import.meta.url), 'utf8'),
);
const schemas = document.components.schemas;
const reasons: Schemas['Reason'][] = schemas.Reason.enum;
const obstacles: Schemas['AttemptError']['code'][] = schemas.AttemptError.properties.code.enum;
const outcomes: Schemas['Attempt']['outcome'][] = schemas.Attempt.properties.outcome.enum;
const statuses: Schemas['Event']['status'][] = schemas.Event.properties.status.enum;

const now = new Date('2026-11-22T08:00:00Z');
const attempt = (more: Partial<Schemas['Attempt']> = {}): Schemas['Attempt'] => ({
  number: 1,
  started_at: '2026-11-22T07:59:00Z',
  duration_ms: 120,
  outcome: 'rejected',
  status_code: 503,
  ...more,
});
const event = (more: Partial<Explained> = {}): Explained => ({
  status: 'failed',
  reason: 'receiver_rejected',
  next_attempt_at: null,
  attempts: [attempt()],
  ...more,
});
const text = (more: Partial<Explained>) => explain(event(more), now).text;

describe('every code of the API has a sentence', () => {
  it.each(reasons)('reason %s', (reason) => {
    expect(REASONS).toHaveProperty(reason);
    const said = reasonEntry(reason).why({});
    expect(said).toMatch(/^[A-Z].{20,}[^.]$/);
    expect(said).not.toContain('_');
  });
  it.each(obstacles)('error code %s', (code) => {
    expect(REASONS).toHaveProperty(code);
    expect(attemptSentence(attempt({ outcome: 'unreachable', error: { code, message: '' } }))).toBe(
      reasonEntry(code).why({ status_code: 503 }),
    );
  });
  it.each(outcomes)('outcome %s', (outcome) => expect(attemptSentence(attempt({ outcome }))).toMatch(/^[A-Z].{10,}/));
  it.each(statuses)('status %s', (status) => expect(text({ status })).toMatch(/\.$/));
  it('and no other code has', () => expect(Object.keys(REASONS).sort()).toEqual([...reasons].sort()));
});

it('a code of tomorrow is shown as it is', () => {
  expect(reasonEntry('moon_too_bright').why({})).toBe('It ended with “moon too bright”');
});

describe('explain', () => {
  it('says what the receiver answered, and that no attempt follows', () => {
    expect(text({})).toBe(
      'The receiver answered 503 Service Unavailable: something is wrong on its side. No other attempt follows.',
    );
    expect(text({ attempts: [attempt(), attempt({ number: 2, status_code: 418 })] })).toBe(
      'The receiver answered 418: it does not accept this request. 2 attempts were made, and no other follows.',
    );
  });

  it('says of an event that waits when it goes on, and who asked for that', () => {
    const waits = { status: 'in_progress', next_attempt_at: '2026-11-22T08:05:00Z' } as const;
    expect(text(waits)).toMatch(/ The next attempt is due in 5 min\.$/);
    const asked = attempt({ response_headers: { 'Retry-After': '900' } });
    expect(text({ ...waits, attempts: [asked] })).toContain('; the receiver asked to wait 15 min (Retry-After).');
    const until = attempt({ response_headers: { 'retry-after': 'Sun, 22 Nov 2026 08:05:00 GMT' } });
    expect(text({ ...waits, attempts: [until] })).toContain('wait until Sun, 22 Nov 2026 08:05:00 GMT (Retry-After).');
    expect(text({ ...waits, next_attempt_at: '2026-11-22T07:59:59Z' })).toContain('is due and begins in a moment.');
  });

  it('an exception has no attempt to speak of', () => {
    expect(text({ reason: 'internal_error', attempts: [] })).toBe('Something inside Hookstep broke.');
  });

  it('tells a first attempt from a later one', () => {
    const runs = { status: 'in_progress', reason: null } as const;
    expect(text({ ...runs, attempts: [] })).toBe('The first attempt is being made now.');
    expect(text(runs)).toContain('Another attempt is being made now.');
  });

  it('says at which attempt it arrived', () => {
    const delivered = attempt({ outcome: 'delivered', status_code: 200 });
    const done = { status: 'succeeded', reason: null } as const;
    expect(text({ ...done, attempts: [delivered] })).toBe(
      'The receiver took the event and answered 200 OK, after 120 ms.',
    );
    expect(text({ ...done, attempts: [attempt(), { ...delivered, number: 2 }] })).toContain(' at the second attempt ');
  });

  it('a canceled event keeps what came before', () => {
    expect(text({ reason: 'canceled' })).toContain('Before that: the receiver answered 503');
  });

  it('a gone receiver explains the disabled webhook', () => {
    expect(text({ attempts: [attempt({ status_code: 410 })] })).toContain('so Hookstep disabled the webhook');
    expect(explain(event({ status: 'skipped', reason: 'webhook_disabled', attempts: [] }), now).advice).toContain(
      'Enable',
    );
  });
});
