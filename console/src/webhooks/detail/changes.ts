import type { Schemas } from '@/api/client';

type Change = Schemas['Change'];

const FIELDS: Record<string, string> = {
  name: 'name',
  description: 'description',
  event_name: 'event name',
  filter: 'filter',
  url: 'URL',
  http_method: 'HTTP method',
  headers: 'header',
  auth: 'authentication',
  enabled: 'enabled',
  timeout_seconds: 'timeout',
  retry_policy: 'retries',
  static_ip: 'static IP',
  payload_format: 'payload format',
  transformation: 'transformation',
  signing: 'signing',
  client_certificate: 'client certificate',
};

/** A JSON pointer (RFC 6901) into a webhook in words: `/headers/X-Shop` is `header › X-Shop`. */
export function fieldWords(pointer: string): string {
  const [first = '', ...rest] = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const parts = [
    FIELDS[first] ?? first,
    ...(first === 'headers' ? rest : rest.map((part) => part.replaceAll('_', ' '))),
  ];
  return parts.filter(Boolean).join(' › ');
}

/** What was done, in a word or two. */
export const ACTIONS: Record<Change['action'], string> = {
  created: 'Created',
  changed: 'Changed',
  enabled: 'Enabled',
  disabled: 'Disabled',
  deleted: 'Deleted',
};

/** Who did it; a name where there is one. */
export function actorWords({ type, id }: Change['actor']): string {
  if (type === 'hookstep') return 'Hookstep itself';
  if (type === 'anonymous' || id === null) return 'Anonymous';
  // Of an ARN what tells callers apart: arn:aws:sts::1:assumed-role/shop/deploy.
  return type === 'iam' ? (id.split(':').at(-1) ?? id) : id;
}
