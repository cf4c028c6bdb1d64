import { describe, expect, it } from 'vitest';
import type { FieldError } from '@/api/problem';
import { blankValues } from './fromWebhook';
import { pathOf, place, segments } from './pointers';
import { emptyRow, type WebhookValues } from './values';

const values: WebhookValues = {
  ...blankValues(),
  headers: [
    { ...emptyRow(), name: 'X-Source' },
    { ...emptyRow(), name: 'a/b~c' },
  ],
};
values.auth.body = [{ ...emptyRow(), name: 'pin' }];

describe('the field of a pointer', () => {
  it.each([
    ['/name', 'empty', 'name'],
    ['/url', 'invalid_url', 'url'],
    ['/timeout_seconds', 'out_of_range', 'timeout_seconds'],
    ['/filter/detail/total', 'invalid_filter', 'filter'],
    ['/headers', 'too_long', 'headers'],
    ['/headers/X-Source', 'invalid', 'headers.0.value'],
    ['/headers/X-Source', 'set_by_auth', 'headers.0.name'],
    ['/headers/a~1b~0c', 'invalid_header', 'headers.1.name'],
    ['/headers/a~1b~0c/secret', 'too_long', 'headers.1.value'],
    ['/auth', 'too_long', 'auth.type'],
    ['/auth/password', 'invalid', 'auth.password.text'],
    ['/auth/name', 'invalid_header', 'auth.name'],
    ['/auth/body/pin', 'empty', 'auth.body.0.value'],
    ['/signing/schemes', 'invalid', 'signing.schemes'],
    ['/signing/secret', 'invalid', 'signing.secret.text'],
    ['/client_certificate', 'invalid_certificate', 'client_certificate.certificate'],
    ['/client_certificate/private_key', 'required', 'client_certificate.private_key'],
    ['/retry_policy/schedule_seconds', 'out_of_range', 'retry_policy.schedule'],
    ['/retry_policy/schedule_seconds/2', 'wrong_type', 'retry_policy.schedule.2.text'],
    ['/retry_policy/retry_on', 'invalid', 'retry_policy.retry_on'],
  ])('%s (%s) is %s', (pointer, code, path) => expect(pathOf({ pointer, code }, values)).toBe(path));

  it.each(['', '/colour', '/version', '/headers/X-Gone', '/auth/colour', '/retry_policy', '/name/first'])(
    '%s has none',
    (pointer) => expect(pathOf({ pointer, code: 'invalid' }, values)).toBeNull(),
  );
});

it('of a secret that the form does not ask for is that of the schemes', () => {
  const unsigned = { ...values, signing: { ...values.signing, schemes: [] } };
  expect(pathOf({ pointer: '/signing/secret', code: 'invalid' }, unsigned)).toBe('signing.schemes');
});

it('errors of one field come together, and those without one are kept', () => {
  const elsewhere: FieldError = { pointer: '/colour', code: 'unknown_field', detail: 'there is no such field' };
  const found = place(
    [
      { pointer: '/headers/X-Source', code: 'invalid', detail: 'one' },
      { pointer: '/headers/X-Source', code: 'too_long', detail: 'two' },
      { pointer: '/filter/detail/t', code: 'invalid_filter', detail: 'three' },
      elsewhere,
    ],
    values,
  );
  expect(found).toEqual({
    fields: { 'headers.0.value': 'one; two', filter: '/detail/t: three' },
    elsewhere: [elsewhere],
  });
});

it('pointers are read as RFC 6901 says', () => expect(segments('/a~1b/~01/')).toEqual(['a/b', '~1', '']));
