import type { UseFormReturnType } from '@mantine/form';
import type { Schemas } from '@/api/client';

/** A secret that is shown only as being set. `keep` leaves what there is, be it nothing. */
export interface SecretValue {
  /** One is stored. */
  stored: boolean;
  action: 'keep' | 'replace' | 'clear';
  /** What replaces it. */
  text: string;
}

/** A header, or a parameter of a token request. */
export interface NamedValue {
  /** Tells the rows of a list apart while they are edited. */
  id: string;
  name: string;
  value: string;
  /** Is not shown once it is saved. */
  secret: boolean;
  /** A secret is stored under this name and stays; `value` is not used. */
  kept: boolean;
  /** A secret is stored under this name. */
  stored: boolean;
}

/** One wait of the retry schedule, as it was typed. */
export interface Wait {
  id: string;
  text: string;
}

export type AuthType = Schemas['Auth']['type'];

/** Every field of every kind of authentication: what was typed stays while the kinds are tried. */
export interface AuthValues {
  type: AuthType;
  username: string;
  password: SecretValue;
  in: 'header' | 'query';
  name: string;
  value: SecretValue;
  token_url: string;
  client_id: string;
  client_secret: SecretValue;
  client_authentication: 'header' | 'body';
  scope: string;
  audience: string;
  http_method: 'POST' | 'PUT' | 'GET';
  headers: NamedValue[];
  query: NamedValue[];
  body: NamedValue[];
  connection_arn: string;
}

export type Scheme = Schemas['Signing']['schemes'][number];
export type RetryClass = Schemas['RetryPolicy']['retry_on'][number];
/** What a number field holds; text while it is empty. */
export type NumberValue = number | string;

/** A webhook as the form holds it; names are the API's where the shape is. */
export interface WebhookValues {
  name: string;
  description: string;
  enabled: boolean;
  event_name: string;
  /** JSON. */
  filter: string;
  url: string;
  http_method: Schemas['Webhook']['http_method'];
  headers: NamedValue[];
  timeout_seconds: NumberValue;
  static_ip: boolean;
  payload_format: Schemas['Webhook']['payload_format'];
  transformation: string;
  auth: AuthValues;
  client_certificate: {
    stored: boolean;
    action: 'keep' | 'replace' | 'clear';
    certificate: string;
    private_key: string;
  };
  signing: { schemes: Scheme[]; secret: SecretValue };
  retry_policy: { max_retries: NumberValue; schedule: Wait[]; retry_on: RetryClass[] };
}

export type WebhookFormApi = UseFormReturnType<WebhookValues>;

let made = 0;

/** An id for a row of a list. */
export function rowId(): string {
  made += 1;
  return `row-${made}`;
}

/** A header or parameter that is still to be filled in. */
export function emptyRow(): NamedValue {
  return { id: rowId(), name: '', value: '', secret: false, kept: false, stored: false };
}

/** A secret of which nothing is stored. */
export function noSecret(): SecretValue {
  return { stored: false, action: 'keep', text: '' };
}

/** The waits of Standard Webhooks, in seconds: what the API takes where nothing is said. */
export const DEFAULT_SCHEDULE = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** What is tried again where nothing is said. */
export const DEFAULT_RETRY_ON: RetryClass[] = ['network', 'timeout', '408', '425', '429', '5xx'];
