import type { NamedValue, WebhookValues } from './values';

/** In the order of the page. */
const LABELS: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  enabled: 'Enabled',
  http_method: 'Method',
  url: 'URL',
  headers: 'Headers',
  timeout_seconds: 'Timeout',
  static_ip: 'Static IP',
  event_name: 'Event name',
  filter: 'Filter',
  transformation: 'Transformation',
  payload_format: 'Format',
  auth: 'Authentication',
  'auth.type': 'Authentication',
  'auth.username': 'User name',
  'auth.password.text': 'Password',
  'auth.in': 'Where the API key goes',
  'auth.name': 'Name of the API key',
  'auth.value.text': 'API key',
  'auth.http_method': 'Token method',
  'auth.token_url': 'Token URL',
  'auth.client_id': 'Client id',
  'auth.client_secret.text': 'Client secret',
  'auth.client_authentication': 'Where client id and secret go',
  'auth.scope': 'Scope',
  'auth.audience': 'Audience',
  'auth.headers': 'Headers of the token request',
  'auth.query': 'Parameters of the token request',
  'auth.body': 'Fields of the token request',
  'auth.connection_arn': 'ARN of the connection',
  client_certificate: 'Client certificate',
  'client_certificate.certificate': 'Client certificate',
  'client_certificate.private_key': 'Private key',
  signing: 'Signatures',
  'signing.schemes': 'Signatures',
  'signing.secret.text': 'Signing secret',
  retry_policy: 'Retries',
  'retry_policy.max_retries': 'Retries',
  'retry_policy.schedule': 'Waits',
  'retry_policy.retry_on': 'What is tried again',
};

const LISTS: [path: string, one: string, rows: (values: WebhookValues) => NamedValue[]][] = [
  ['headers.', 'Header', (values) => values.headers],
  ['auth.headers.', 'Token header', (values) => values.auth.headers],
  ['auth.query.', 'Token parameter', (values) => values.auth.query],
  ['auth.body.', 'Token field', (values) => values.auth.body],
];

const ORDER = Object.keys(LABELS);

/** Compares two fields by where they stand on the page, as far as sections and their plain fields go. */
export function byPlace(one: string, other: string): number {
  return placeOf(one) - placeOf(other);
}

function placeOf(path: string): number {
  const [whole, list] = [ORDER.indexOf(path), ORDER.indexOf(path.replace(/\.\d+\..*$/, ''))];
  return whole >= 0 ? whole : list;
}

/** What a field is called on the page. */
export function labelOf(path: string, values: WebhookValues): string {
  const known = LABELS[path];
  if (known) return known;
  const wait = /^retry_policy\.schedule\.(\d+)\./.exec(path);
  if (wait) return `Wait before retry ${Number(wait[1]) + 1}`;
  for (const [list, one, rows] of LISTS) {
    if (!path.startsWith(list)) continue;
    const at = Number(path.slice(list.length).split('.')[0]);
    const name = rows(values)[at]?.name;
    return name ? `${one} “${name}”` : `${one} ${at + 1}`;
  }
  return path;
}
