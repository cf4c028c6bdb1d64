import type { Schemas } from '@/api/client';

/** A webhook that needs somebody. */
export interface Troubled {
  config_id: string;
  name: string;
  status: Schemas['Webhook']['status'];
  since: string;
  /** A sentence of Hookstep's, or the reason of the newest failure. */
  why: string | null;
  /** The newest failed event, where `why` is its reason. */
  event_id: string | null;
}

/** Disabled by Hookstep first, for nothing is sent any more; then those that fail, the longest first. */
export function troubled(overview: Pick<Schemas['Overview'], 'auto_disabled' | 'failing'>): Troubled[] {
  const disabled = overview.auto_disabled.map((webhook) => ({
    config_id: webhook.config_id,
    name: webhook.name,
    status: 'auto_disabled' as const,
    since: webhook.updated_at,
    why: webhook.status_reason,
    event_id: null,
  }));
  const failing = overview.failing.map((webhook) => ({
    config_id: webhook.config_id,
    name: webhook.name,
    status: webhook.status,
    since: webhook.failing_since,
    why: webhook.last_failure?.reason ?? null,
    event_id: webhook.last_failure?.event_id ?? null,
  }));
  return [...disabled, ...failing];
}
