import type { Schemas } from '@/api/client';
import { valuesOf } from './fromWebhook';
import type { WebhookValues } from './values';

type Webhook = Schemas['Webhook'];
type Key = keyof WebhookValues;

/** A field that somebody else has changed while it was edited here. */
export interface TheirChange {
  field: Key;
  /** As the API shows it, in JSON. */
  before: string;
  after: string;
  /** It was changed here too. */
  mineToo: boolean;
}

/** What differs between the webhook that was loaded and the one that is stored now. Replaced secrets don't show. */
export function theirChanges(base: Webhook, theirs: Webhook, mine: WebhookValues): TheirChange[] {
  const [was, is] = [valuesOf(base), valuesOf(theirs)];
  return fields(mine)
    .filter((field) => !same(was[field], is[field]))
    .map((field) => ({
      field,
      before: JSON.stringify(base[field]),
      after: JSON.stringify(theirs[field]),
      mineToo: !same(mine[field], was[field]),
    }));
}

/** What is stored now, with the fields that were changed here as they are here. */
export function merged(base: Webhook, theirs: Webhook, mine: WebhookValues): WebhookValues {
  const was = valuesOf(base);
  const changed = fields(mine).filter((field) => !same(mine[field], was[field]));
  return { ...valuesOf(theirs), ...Object.fromEntries(changed.map((field) => [field, mine[field]])) };
}

function fields(values: WebhookValues): Key[] {
  return Object.keys(values) as Key[];
}

/** Whether two values are the same but for the ids of rows. */
function same(one: unknown, other: unknown): boolean {
  return plain(one) === plain(other);
}

function plain(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => (key === 'id' ? undefined : member));
}
