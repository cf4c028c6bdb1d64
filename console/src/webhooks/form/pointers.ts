import type { FieldError } from '@/api/problem';
import type { FieldErrors } from './faults';
import { showsSecret } from './toBody';
import type { NamedValue, WebhookValues } from './values';

const PLAIN = [
  ...['name', 'description', 'enabled', 'event_name', 'url', 'http_method', 'timeout_seconds', 'static_ip'],
  ...['payload_format', 'transformation'],
];
const AUTH = [
  ...['type', 'username', 'in', 'name', 'token_url', 'client_id', 'client_authentication', 'scope', 'audience'],
  ...['http_method', 'connection_arn'],
];
const AUTH_SECRETS = ['password', 'value', 'client_secret'];
/** Of a header or parameter these speak of its name; all else is about its value. */
const OF_NAMES = ['invalid_header', 'duplicate_header', 'set_by_auth', 'required'];

/** Where errors of the API go: those with a field in the form, by its path, and the rest. */
export function place(errors: FieldError[], values: WebhookValues): { fields: FieldErrors; elsewhere: FieldError[] } {
  const fields: FieldErrors = {};
  const elsewhere: FieldError[] = [];
  for (const error of errors) {
    const path = pathOf(error, values);
    if (path === null) {
      elsewhere.push(error);
      continue;
    }
    const below = path === 'filter' && error.pointer !== '/filter' ? `${error.pointer.slice('/filter'.length)}: ` : '';
    const message = below + error.detail;
    fields[path] = fields[path] ? `${fields[path]}; ${message}` : message;
  }
  return { fields, elsewhere };
}

/** The path of the field that a pointer means; null where the form has none. */
export function pathOf({ pointer, code }: { pointer: string; code: string }, values: WebhookValues): string | null {
  const [field = '', ...rest] = segments(pointer);
  const [second, third] = rest;
  if (field === 'filter') return 'filter';
  if (field === 'headers') return inRows('headers', rest, values.headers, code);
  if (field === 'signing')
    return second === 'secret' && showsSecret(values.signing) ? 'signing.secret.text' : 'signing.schemes';
  if (field === 'client_certificate')
    return second === 'private_key' ? 'client_certificate.private_key' : 'client_certificate.certificate';
  if (field === 'retry_policy') {
    if (second === 'max_retries' || second === 'retry_on') return `retry_policy.${second}`;
    if (second !== 'schedule_seconds') return null;
    return third === undefined ? 'retry_policy.schedule' : `retry_policy.schedule.${third}.text`;
  }
  if (field === 'auth') {
    if (second === undefined) return 'auth.type';
    if (AUTH_SECRETS.includes(second)) return `auth.${second}.text`;
    if (second === 'headers' || second === 'query' || second === 'body')
      return inRows(`auth.${second}`, rest.slice(1), values.auth[second], code);
    return AUTH.includes(second) ? `auth.${second}` : null;
  }
  return PLAIN.includes(field) && second === undefined ? field : null;
}

function inRows(list: string, [name]: string[], rows: NamedValue[], code: string): string | null {
  if (name === undefined) return list;
  const at = rows.findIndex((row) => row.name === name);
  if (at < 0) return null;
  return `${list}.${at}.${OF_NAMES.includes(code) ? 'name' : 'value'}`;
}

/** The names that a JSON pointer (RFC 6901) goes through. */
export function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
