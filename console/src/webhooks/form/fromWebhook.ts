import type { Schemas } from '@/api/client';
import { prettyJson } from './prettyJson';
import {
  type AuthValues,
  DEFAULT_RETRY_ON,
  DEFAULT_SCHEDULE,
  type NamedValue,
  noSecret,
  rowId,
  type SecretValue,
  type WebhookValues,
} from './values';
import { waitText } from './waits';

type Webhook = Schemas['Webhook'];

const NO_AUTH: Omit<AuthValues, 'type'> = {
  username: '',
  password: noSecret(),
  in: 'header',
  name: '',
  value: noSecret(),
  token_url: '',
  client_id: '',
  client_secret: noSecret(),
  client_authentication: 'header',
  scope: '',
  audience: '',
  http_method: 'POST',
  headers: [],
  query: [],
  body: [],
  connection_arn: '',
};

/** A webhook of which nothing is filled in: the API's defaults. */
export function blankValues(): WebhookValues {
  return {
    name: '',
    description: '',
    enabled: true,
    event_name: '',
    filter: '',
    url: '',
    http_method: 'POST',
    headers: [],
    timeout_seconds: 30,
    static_ip: false,
    payload_format: 'as_is',
    transformation: '',
    auth: { type: 'none', ...NO_AUTH },
    client_certificate: { stored: false, action: 'keep', certificate: '', private_key: '' },
    signing: { schemes: ['v1', 'v1a'], secret: noSecret() },
    retry_policy: { max_retries: 9, schedule: waits(DEFAULT_SCHEDULE), retry_on: DEFAULT_RETRY_ON },
  };
}

/** A stored webhook in the form; its secrets are kept unless they are replaced. */
export function valuesOf(webhook: Webhook): WebhookValues {
  const { name, description, enabled, url, http_method, timeout_seconds, static_ip, payload_format } = webhook;
  return {
    ...{ name, description, enabled, url, http_method, timeout_seconds, static_ip, payload_format },
    event_name: webhook.event_name ?? '',
    filter: webhook.filter ? prettyJson(webhook.filter) : '',
    headers: rows(webhook.headers),
    transformation: webhook.transformation ?? '',
    auth: authOf(webhook.auth),
    client_certificate: {
      stored: webhook.client_certificate !== null,
      action: 'keep',
      certificate: '',
      private_key: '',
    },
    signing: { schemes: webhook.signing.schemes, secret: secret(webhook.signing.secret_set) },
    retry_policy: {
      max_retries: webhook.retry_policy.max_retries,
      schedule: waits(webhook.retry_policy.schedule_seconds),
      retry_on: webhook.retry_policy.retry_on,
    },
  };
}

/** A new webhook like a stored one. No secret can be taken over: `missing` says, in plain words, which have to be given anew. */
export function duplicateOf(webhook: Webhook): { values: WebhookValues; missing: string[] } {
  const values = valuesOf(webhook);
  const missing: string[] = [];
  const forget = (field: SecretValue, what: string): SecretValue => {
    if (field.stored) missing.push(what);
    return noSecret();
  };
  const forgetRows = (list: NamedValue[], what: string) =>
    list.map((row) => {
      if (row.stored) missing.push(`${what} “${row.name}”`);
      return { ...row, kept: false, stored: false };
    });
  const { auth } = values;
  auth.password = forget(auth.password, 'the password');
  auth.value = forget(auth.value, 'the API key');
  auth.client_secret = forget(auth.client_secret, 'the client secret');
  auth.headers = forgetRows(auth.headers, 'the token request’s header');
  auth.query = forgetRows(auth.query, 'the token request’s parameter');
  auth.body = forgetRows(auth.body, 'the token request’s field');
  values.headers = forgetRows(values.headers, 'the header');
  if (values.client_certificate.stored) missing.push('the client certificate with its private key');
  values.client_certificate = { stored: false, action: 'keep', certificate: '', private_key: '' };
  values.signing.secret = noSecret();
  values.name = `${[...values.name].slice(0, 190).join('')} (copy)`;
  return { values, missing };
}

function authOf(auth: Webhook['auth']): AuthValues {
  const values: AuthValues = { ...NO_AUTH, type: auth.type };
  switch (auth.type) {
    case 'none':
      return values;
    case 'basic':
      return { ...values, username: auth.username, password: secret(auth.password_set) };
    case 'api_key':
      return { ...values, in: auth.in, name: auth.name, value: secret(auth.value_set) };
    case 'connection':
      return { ...values, connection_arn: auth.connection_arn };
    case 'oauth2_client_credentials': {
      const { token_url, client_id, client_authentication, http_method } = auth;
      return {
        ...values,
        ...{ token_url, client_id, client_authentication, http_method },
        client_secret: secret(auth.client_secret_set),
        scope: auth.scope ?? '',
        audience: auth.audience ?? '',
        headers: rows(auth.headers),
        query: rows(auth.query),
        body: rows(auth.body),
      };
    }
  }
}

function secret(stored: boolean): SecretValue {
  return { stored, action: 'keep', text: '' };
}

function rows(values: Record<string, Schemas['Value']>): NamedValue[] {
  return Object.entries(values).map(([name, value]) => {
    const shown = typeof value === 'string';
    return { id: rowId(), name, value: shown ? value : '', secret: !shown, kept: !shown, stored: !shown };
  });
}

function waits(seconds: number[]) {
  return seconds.map((each) => ({ id: rowId(), text: waitText(each) }));
}
