import type { Schemas } from '@/api/client';
import { plural } from '@/lib/numbers';
import { waitText } from '../form/waits';

type Webhook = Schemas['Webhook'];

const AUTH: Record<Webhook['auth']['type'], string> = {
  none: 'None',
  basic: 'User name and password',
  api_key: 'API key',
  oauth2_client_credentials: 'OAuth 2.0, client credentials',
  connection: 'EventBridge connection',
};

const CLASSES: Record<Webhook['retry_policy']['retry_on'][number], string> = {
  network: 'network failures',
  timeout: 'timeouts',
  '408': '408',
  '425': '425',
  '429': '429',
  '5xx': '5xx',
  non_2xx: 'every other status than 2xx',
};

/** How a webhook signs in to its receiver, in words. */
export function authWords(auth: Webhook['auth']): string {
  const name = AUTH[auth.type] ?? auth.type;
  if (auth.type === 'basic') return `${name} (“${auth.username}”)`;
  if (auth.type === 'api_key') return `${name} (${auth.in} ${auth.name})`;
  if (auth.type === 'oauth2_client_credentials') return `${name} (${auth.token_url})`;
  if (auth.type === 'connection') return `${name} (${auth.connection_arn})`;
  return name;
}

/** When and how often a webhook tries again, in words. */
export function retryWords({ max_retries, schedule_seconds, retry_on }: Webhook['retry_policy']): string {
  if (max_retries === 0) return 'None: one attempt';
  const used = Array.from(
    { length: Math.min(max_retries, schedule_seconds.length) },
    (_, retry) => schedule_seconds[retry] ?? 0,
  );
  const waits = used.map((seconds) => waitText(seconds)).join(', ');
  const more = max_retries > schedule_seconds.length ? ', then the last one again' : '';
  const after =
    retry_on.length > 0
      ? ` after ${retry_on.map((each) => CLASSES[each]).join(', ')}`
      : ' after faults of Hookstep only';
  return `${plural(max_retries, 'retry', 'retries')}${after}, each after a wait of up to ${waits}${more}`;
}

/** How a webhook's requests are signed, in words. */
export function signingWords({ schemes, earlier_secrets_valid_until }: Webhook['signing']): string {
  if (schemes.length === 0) return 'Not signed';
  const names = { v1: 'v1 (shared secret)', v1a: 'v1a (public key)' };
  const earlier = earlier_secrets_valid_until.length;
  return `${schemes.map((scheme) => names[scheme]).join(' and ')}${earlier > 0 ? `; ${plural(earlier, 'earlier secret')} still in use` : ''}`;
}
