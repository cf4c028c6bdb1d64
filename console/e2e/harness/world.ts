import { expect } from '@playwright/test';
import type { Api, Webhook } from './api';
import type { Receiver } from './receiver';

/** A webhook to which everything has happened. */
export interface World {
  webhook: Webhook;
  succeeded: string;
  failed: string;
  /** Of a replay of many events. */
  replay_id: string;
}

/** What a receiver answers that would like to be a part of the page. */
export const HOSTILE = `<script>alert(1)</script><img src=x onerror="alert(2)">{"a":1}`;

/** Makes one. */
export async function makeWorld(api: Api, receiver: Receiver): Promise<World> {
  const webhook = await api.webhook(receiver, {
    description: 'Orders of the shop',
    event_name: 'order.created',
    headers: { 'x-shop': 'one' },
    retry_policy: { max_retries: 0 },
  });
  const payload = { order: 1, total: 120.5, customer: { name: 'Ada' } };
  const succeeded = await api.trigger(webhook, payload, { 'x-correlation-id': 'cart-1' });
  receiver.answer({ status: 422, headers: { 'content-type': 'text/html' }, body: HOSTILE });
  const failed = await api.trigger(webhook, payload);
  receiver.answer({ status: 200 });
  const { replay_id } = await api.post<{ replay_id: string }>(`/webhook/${webhook.config_id}/replay`, {
    event_ids: [succeeded.event_id, failed.event_id],
  });
  // Statistics are a moment behind the rows.
  const stats = () => api.call<{ totals: object }>('GET', `/webhook/${webhook.config_id}/stats`);
  await expect.poll(async () => (await stats()).totals).toMatchObject({ succeeded: 3, failed: 1, in_progress: 0 });
  return { webhook, succeeded: succeeded.event_id, failed: failed.event_id, replay_id };
}

/** Paths of all pages, below the console's root, by a name for each. */
export const PAGES: Record<string, (world: World) => string> = {
  overview: () => '',
  webhooks: () => 'webhooks',
  'new webhook': () => 'webhooks/new',
  webhook: (world) => own(world),
  'webhook, events': (world) => `${own(world)}?tab=events`,
  'webhook, history': (world) => `${own(world)}?tab=history`,
  'webhook, verify': (world) => `${own(world)}?tab=verify`,
  'edit webhook': (world) => `${own(world)}/edit`,
  'event that succeeded': (world) => `${own(world)}/events/${world.succeeded}`,
  'event that failed': (world) => `${own(world)}/events/${world.failed}`,
  replays: (world) => `${own(world)}/replays`,
  replay: (world) => `${own(world)}/replays/${world.replay_id}`,
  events: () => 'events',
  'failed events': () => 'events?status=failed',
};

function own({ webhook }: World): string {
  return `webhooks/${webhook.config_id}`;
}
