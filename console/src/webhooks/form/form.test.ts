import { describe, expect, it } from 'vitest';
import { namesCredential, staysSecret } from './credentials';
import { faults } from './faults';
import { stored } from './fixture';
import { blankValues, duplicateOf, valuesOf } from './fromWebhook';
import { labelOf } from './labels';
import { newWebhook, webhookReplacement } from './toBody';
import { emptyRow, type WebhookValues } from './values';

describe('a stored webhook', () => {
  it('comes back as it was, with its secrets kept', () => {
    expect(webhookReplacement(valuesOf(stored()))).toEqual({
      name: 'orders',
      description: '',
      event_name: 'order.created',
      filter: { source: ['shop'] },
      url: 'https://hooks.example.com/orders',
      http_method: 'PUT',
      headers: { 'X-Source': 'shop', 'X-Partner': { secret_set: true } },
      auth: {
        type: 'oauth2_client_credentials',
        token_url: 'https://login.example.com/token',
        client_id: 'shop',
        client_authentication: 'body',
        scope: 'orders.write',
        audience: null,
        http_method: 'POST',
        headers: {},
        query: { version: '2' },
        body: { pin: { secret_set: true } },
      },
      enabled: true,
      timeout_seconds: 20,
      retry_policy: { max_retries: 2, schedule_seconds: [5, 5_400], retry_on: ['5xx'] },
      static_ip: false,
      payload_format: 'standard_webhooks',
      transformation: '{"id": id}',
      signing: { schemes: ['v1'] },
      client_certificate: { certificate_set: true, private_key_set: true },
    });
  });

  it.each([
    [{ type: 'none' as const }, { type: 'none' }],
    [
      { type: 'basic' as const, username: 'shop', password_set: true },
      { type: 'basic', username: 'shop' },
    ],
    [
      { type: 'api_key' as const, in: 'query' as const, name: 'key', value_set: true },
      { type: 'api_key', in: 'query', name: 'key' },
    ],
    [
      { type: 'connection' as const, connection_arn: 'arn:aws:events:x' },
      { type: 'connection', connection_arn: 'arn:aws:events:x' },
    ],
  ])('keeps the authentication %o', (auth, expected) =>
    expect(webhookReplacement(valuesOf(stored({ auth }))).auth).toEqual(expected),
  );

  it('with secrets replaced and removed says so', () => {
    const values = valuesOf(stored());
    values.auth.client_secret = { stored: true, action: 'replace', text: 'n3w' };
    values.signing = { schemes: ['v1a'], secret: { stored: true, action: 'clear', text: '' } };
    values.client_certificate = { stored: true, action: 'clear', certificate: '', private_key: '' };
    values.headers = values.headers.map((row) => ({ ...row, kept: false, value: row.value || 'p-4712' }));
    expect(webhookReplacement(values)).toMatchObject({
      auth: { client_secret: 'n3w' },
      signing: { schemes: ['v1a'], secret: null },
      client_certificate: null,
      headers: { 'X-Source': 'shop', 'X-Partner': { secret: 'p-4712' } },
    });
  });

  it.each([
    ['new', '', { certificate: 'new' }],
    ['', 'new', { private_key: 'new' }],
    ['', '', { certificate: '', private_key: '' }],
  ])('with the certificate “%s” and the key “%s” replaced', (certificate, private_key, expected) => {
    const values = valuesOf(stored());
    values.client_certificate = { stored: true, action: 'replace', certificate, private_key };
    expect(webhookReplacement(values).client_certificate).toEqual(expected);
  });

  it('is duplicated without its secrets, which are named', () => {
    const { values, missing } = duplicateOf(stored());
    expect(missing).toEqual([
      'the client secret',
      'the token request’s field “pin”',
      'the header “X-Partner”',
      'the client certificate with its private key',
    ]);
    expect(values.name).toBe('orders (copy)');
    expect(JSON.stringify(newWebhook(values))).not.toContain('_set');
    expect(newWebhook(values)).toMatchObject({
      headers: { 'X-Source': 'shop', 'X-Partner': { secret: '' } },
      client_certificate: null,
      signing: { schemes: ['v1'] },
    });
  });
});

describe('a new webhook', () => {
  it('of which nothing is filled in has the defaults of the API', () => {
    expect(newWebhook(blankValues())).toEqual({
      name: '',
      description: '',
      event_name: null,
      filter: null,
      url: '',
      http_method: 'POST',
      headers: {},
      auth: { type: 'none' },
      enabled: true,
      timeout_seconds: 30,
      retry_policy: {
        max_retries: 9,
        schedule_seconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
        retry_on: ['network', 'timeout', '408', '425', '429', '5xx'],
      },
      static_ip: false,
      payload_format: 'as_is',
      transformation: null,
      signing: { schemes: ['v1', 'v1a'] },
      client_certificate: null,
    });
  });

  it('has no signing secret that the form does not show', () => {
    const values = blankValues();
    values.signing = { schemes: ['v1a'], secret: { stored: false, action: 'replace', text: 'whsec_x' } };
    expect(newWebhook(values).signing).toEqual({ schemes: ['v1a'] });
  });

  it('leaves to the API what an empty number is', () => {
    const values = blankValues();
    values.timeout_seconds = '';
    expect(newWebhook(values).timeout_seconds).toBeNull();
  });

  it('takes any name of a header', () => {
    const values = withHeaders(['__proto__', 'x']);
    expect(Object.entries(newWebhook(values).headers ?? {})).toEqual([['__proto__', 'x']]);
  });
});

describe('faults', () => {
  const faultsOf = (change: (values: WebhookValues) => void) => {
    const values = blankValues();
    change(values);
    return Object.keys(faults(values));
  };
  it('are none in what is blank', () => expect(faults(blankValues())).toEqual({}));
  it.each(['{', '[]', '"a"', 'null'])('of a filter %s', (text) =>
    expect(faultsOf((values) => Object.assign(values, { filter: text }))).toEqual(['filter']),
  );
  it('of waits', () =>
    expect(
      faultsOf((values) => {
        values.retry_policy.schedule = ['5 s', 'soon', '0', '2 d'].map((text) => ({ id: text, text }));
      }),
    ).toEqual(['retry_policy.schedule.1.text', 'retry_policy.schedule.2.text', 'retry_policy.schedule.3.text']));
  it('of names that are missing or stand twice; empty rows don’t count', () =>
    expect(Object.keys(faults(withHeaders(['a', '1'], ['', ''], ['', '2'], ['a', '3'])))).toEqual([
      'headers.2.name',
      'headers.3.name',
    ]));
});

it('fields are called as they are on the page', () => {
  const values = withHeaders(['X-Source', 'shop'], ['', '']);
  expect(labelOf('headers.0.value', values)).toBe('Header “X-Source”');
  expect(labelOf('headers.1.name', values)).toBe('Header 2');
  expect(labelOf('retry_policy.schedule.2.text', values)).toBe('Wait before retry 3');
  expect(labelOf('auth.client_secret.text', values)).toBe('Client secret');
});

it.each([
  ['X-Api-Key', true],
  ['x_access_key', true],
  ['X-Auth', true],
  ['Sort-Key', true],
  ['X-Author', false],
  ['X-Pinned', false],
  ['Content-Type', false],
])('%s names a credential: %s', (name, expected) => expect(namesCredential(name)).toBe(expected));

function withHeaders(...headers: [name: string, value: string][]): WebhookValues {
  return { ...blankValues(), headers: headers.map(([name, value]) => ({ ...emptyRow(), name, value })) };
}

it('a value that was typed as a secret stays one when its name is changed', () => {
  expect(staysSecret({ name: 'authorization', value: 'Bearer x' }, 'x-plain')).toBe(true);
  expect(staysSecret({ name: 'authorization', value: '' }, 'x-plain')).toBe(false);
  expect(staysSecret({ name: 'x-plain', value: 'one' }, 'x-other')).toBe(false);
});
