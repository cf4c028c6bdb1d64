import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { authWords, retryWords, signingWords } from './facts';

const { schemas } = JSON.parse(
  readFileSync(new URL('../../../../crates/hookstep-lambdas/openapi.json', import.meta.url), 'utf8'),
).components;

it('says when and how often it tries again', () => {
  const policy = { max_retries: 3, schedule_seconds: [5, 300], retry_on: ['network', '5xx'] as const };
  expect(retryWords({ ...policy, retry_on: [...policy.retry_on] })).toBe(
    '3 retries after network failures, 5xx, each after a wait of up to 5 s, 5 min, then the last one again',
  );
  expect(retryWords({ max_retries: 1, schedule_seconds: [5, 300], retry_on: [] })).toBe(
    '1 retry after faults of Hookstep only, each after a wait of up to 5 s',
  );
  expect(retryWords({ max_retries: 0, schedule_seconds: [5], retry_on: [] })).toBe('None: one attempt');
});

it('every class of failures has words', () => {
  const classes = schemas.RetryPolicy.properties.retry_on.items.enum;
  expect(retryWords({ max_retries: 1, schedule_seconds: [1], retry_on: classes })).not.toContain('undefined');
});

it('says how it signs, and signs in', () => {
  const signing = {
    schemes: ['v1', 'v1a'],
    secret_set: true,
    earlier_secrets_valid_until: ['x'],
    public_key_url: '',
  } as const;
  expect(signingWords({ ...signing, schemes: [...signing.schemes], earlier_secrets_valid_until: ['x'] })).toBe(
    'v1 (shared secret) and v1a (public key); 1 earlier secret still in use',
  );
  expect(authWords({ type: 'none' })).toBe('None');
  expect(authWords({ type: 'basic', username: 'shop', password_set: true })).toBe('User name and password (“shop”)');
});
