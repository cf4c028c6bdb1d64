import { randomUUID } from 'node:crypto';
import type { Receiver } from './receiver';
import type { Stack } from './stack';
import { tokenOf } from './tokens';

/** Of a webhook, what tests ask for. */
export interface Webhook {
  config_id: string;
  name: string;
  signing?: { secret?: string };
}

/** What a trigger came to. */
export interface Triggered {
  event_id: string;
  status: 'in_progress' | 'succeeded' | 'failed' | 'skipped';
}

/** Of an event, what tests ask for. */
export interface Event extends Triggered {
  created_at: string;
  replay_of?: string;
  attempts: { number: number; outcome: string }[];
}

/** Hookstep's HTTP API, for what a test needs to be there before its page is opened. */
export class Api {
  constructor(
    readonly stack: Stack,
    readonly tenant: string,
  ) {}

  /** A webhook of a name of its own to this receiver. */
  async webhook(receiver: Receiver, fields: object = {}): Promise<Webhook> {
    const name = `test ${randomUUID().slice(0, 8)}`;
    return this.post('/webhook', { name, url: receiver.url, ...fields });
  }

  /** Triggers a webhook and waits for the outcome of its first attempt. */
  async trigger(
    webhook: Webhook,
    payload: unknown = { order: 1 },
    headers: Record<string, string> = {},
  ): Promise<Triggered> {
    return this.post(`/webhook/${webhook.config_id}/trigger?sync=true`, payload, headers);
  }

  /** Triggers a webhook, and waits for nothing: what fails is tried again. */
  async accept(webhook: Webhook, payload: unknown = { order: 1 }): Promise<Triggered> {
    return this.post(`/webhook/${webhook.config_id}/trigger`, payload);
  }

  async event(webhook: Webhook, event_id: string): Promise<Event> {
    return this.call('GET', `/webhook/${webhook.config_id}/events/${event_id}`);
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.call('POST', path, body, headers);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.call('PATCH', path, body, { 'content-type': 'application/merge-patch+json' });
  }

  async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const token = tokenOf(this.tenant, this.stack);
    const response = await fetch(this.stack.api_url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text || 'null');
  }
}
