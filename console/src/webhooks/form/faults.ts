import { isEmpty } from './toBody';
import type { NamedValue, WebhookValues } from './values';
import { parseWait } from './waits';

/** A wait of the schedule, at most. */
const LONGEST_WAIT_S = 86_400;

/** Messages by the path of their field in the form. */
export type FieldErrors = Record<string, string>;

/**
 * What can't even be written as the API takes it: JSON that is none, waits that are no times, names that stand twice. All else is
 * for the API to say.
 */
export function faults(values: WebhookValues): FieldErrors {
  const found: FieldErrors = {};
  const json = jsonFault(values.filter);
  if (json) found.filter = json;
  named(values.headers, 'headers', found);
  if (values.auth.type === 'oauth2_client_credentials') {
    named(values.auth.headers, 'auth.headers', found);
    named(values.auth.query, 'auth.query', found);
    named(values.auth.body, 'auth.body', found);
  }
  values.retry_policy.schedule.forEach(({ text }, at) => {
    const seconds = parseWait(text);
    const path = `retry_policy.schedule.${at}.text`;
    if (seconds === null) found[path] = 'must be a time such as 30 s, 5 min, 1 h 30 min or 1 d';
    else if (seconds < 1 || seconds > LONGEST_WAIT_S) found[path] = 'must be 1 s to 1 d';
  });
  return found;
}

/** Why a text is no JSON object; null where it is one, or empty. */
export function jsonFault(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? null : 'must be a JSON object';
  } catch (thrown) {
    return `must be JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

function named(rows: NamedValue[], path: string, found: FieldErrors): void {
  const seen = new Set<string>();
  rows.forEach((row, at) => {
    if (isEmpty(row)) return;
    if (row.name === '') found[`${path}.${at}.name`] = 'must have a name';
    else if (seen.has(row.name)) found[`${path}.${at}.name`] = 'stands here twice';
    seen.add(row.name);
  });
}
