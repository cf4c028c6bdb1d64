import type { Schemas } from '@/api/client';
import type { WebhookFilter } from '../queries';

const STATUSES: readonly string[] = ['active', 'disabled', 'auto_disabled'] satisfies Schemas['Webhook']['status'][];

/** What the page's query string narrows the list by; a status that there is not counts as none. */
export function filterOf(params: URLSearchParams): WebhookFilter {
  const status = params.get('status');
  return {
    status: status && STATUSES.includes(status) ? (status as Schemas['Webhook']['status']) : null,
    event_name: params.get('event_name') || null,
  };
}

/** Whether every word of a search is somewhere in what a row shows. */
export function matches(
  webhook: Pick<Schemas['Webhook'], 'config_id' | 'name' | 'description' | 'url' | 'event_name'>,
  search: string,
): boolean {
  const text = [webhook.name, webhook.url, webhook.event_name, webhook.description, webhook.config_id]
    .join('\n')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
