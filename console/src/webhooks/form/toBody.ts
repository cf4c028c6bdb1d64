import type { Schemas } from '@/api/client';
import type { AuthValues, NamedValue, NumberValue, SecretValue, WebhookValues } from './values';
import { parseWait } from './waits';

/** Whether a webhook is made, or one replaced that has secrets of its own. */
export type Purpose = 'new' | 'replacement';

/** What the form says, as the API takes it. The values have to have passed `faults`. */
export function newWebhook(values: WebhookValues): Schemas['NewWebhook'] {
  return body(values, 'new') as Schemas['NewWebhook'];
}

/** The same for a webhook that there is: secrets that are kept are left out, or said to be set. */
export function webhookReplacement(values: WebhookValues): Schemas['WebhookReplacement'] {
  return body(values, 'replacement') as Schemas['WebhookReplacement'];
}

function body(values: WebhookValues, purpose: Purpose): Record<string, unknown> {
  const { name, description, enabled, url, http_method, static_ip, payload_format, retry_policy, signing } = values;
  return {
    ...{ name, description, enabled, url: url.trim(), http_method, static_ip, payload_format },
    event_name: values.event_name === '' ? null : values.event_name,
    filter: values.filter.trim() === '' ? null : JSON.parse(values.filter),
    headers: named(values.headers),
    timeout_seconds: number(values.timeout_seconds),
    transformation: values.transformation.trim() === '' ? null : values.transformation,
    auth: auth(values.auth, purpose),
    client_certificate: certificate(values.client_certificate),
    signing: { schemes: signing.schemes, ...(showsSecret(signing) && secret('secret', signing.secret, purpose)) },
    retry_policy: {
      max_retries: number(retry_policy.max_retries),
      schedule_seconds: retry_policy.schedule.map(({ text }) => parseWait(text) ?? text),
      retry_on: retry_policy.retry_on,
    },
  };
}

function auth(values: AuthValues, purpose: Purpose): Record<string, unknown> {
  const { type } = values;
  switch (type) {
    case 'none':
      return { type };
    case 'basic':
      return { type, username: values.username, ...secret('password', values.password, purpose) };
    case 'api_key':
      return { type, in: values.in, name: values.name, ...secret('value', values.value, purpose) };
    case 'connection':
      return { type, connection_arn: values.connection_arn.trim() };
    case 'oauth2_client_credentials': {
      const { client_id, client_authentication, http_method } = values;
      return {
        ...{ type, client_id, client_authentication, http_method },
        token_url: values.token_url.trim(),
        ...secret('client_secret', values.client_secret, purpose),
        scope: values.scope === '' ? null : values.scope,
        audience: values.audience === '' ? null : values.audience,
        headers: named(values.headers),
        query: named(values.query),
        body: named(values.body),
      };
    }
  }
}

/** Nothing where it stays, and where there never was one: the API says where one is required. */
function secret(name: string, value: SecretValue, purpose: Purpose): Record<string, string | null> {
  if (value.action === 'clear' && purpose === 'replacement') return { [name]: null };
  if (value.action === 'replace') return { [name]: value.text };
  return {};
}

function named(rows: NamedValue[]): Record<string, unknown> {
  const filled = rows.filter((row) => !isEmpty(row));
  // fromEntries defines members, so that "__proto__" is a name as any.
  return Object.fromEntries(
    filled.map(({ name, value, secret, kept }) => [
      name,
      kept ? { secret_set: true } : secret ? { secret: value } : value,
    ]),
  );
}

/** Whether the form asks for a signing secret: where one is used, or stored. */
export function showsSecret({ schemes, secret }: WebhookValues['signing']): boolean {
  return schemes.includes('v1') || secret.stored;
}

/** A row that nobody has filled in: it is not sent. */
export function isEmpty(row: NamedValue): boolean {
  return !row.kept && row.name === '' && row.value === '';
}

function certificate(values: WebhookValues['client_certificate']): Record<string, unknown> | null {
  const { action, stored } = values;
  if (action === 'replace') {
    const { certificate, private_key } = values;
    // Of a stored pair one may stay: a certificate that was renewed for the same key.
    if (stored && certificate !== '' && private_key === '') return { certificate };
    if (stored && certificate === '' && private_key !== '') return { private_key };
    return { certificate, private_key };
  }
  return action === 'keep' && stored ? { certificate_set: true, private_key_set: true } : null;
}

/** Null, for the default, where the field is empty. */
function number(value: NumberValue): NumberValue | null {
  return value === '' ? null : value;
}
