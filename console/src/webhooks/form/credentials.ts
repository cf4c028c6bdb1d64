import type { NamedValue } from './values';

const WORDS = [
  'access-key',
  'accesskey',
  'api-key',
  'apikey',
  'authorization',
  'bearer',
  'cookie',
  'credential',
  'passphrase',
  'passwd',
  'password',
  'private-key',
  'privatekey',
  'secret',
  'session',
  'signature',
  'token',
];
const PARTS = ['assertion', 'auth', 'hmac', 'jwt', 'otp', 'pin', 'pwd', 'sas'];

/** Whether the API keeps a value under this name as a secret, whether it was given as one or not (docs/API.md, Secrets). */
export function namesCredential(name: string): boolean {
  const plain = name.toLowerCase().replaceAll('_', '-');
  return (
    WORDS.some((word) => plain.includes(word)) ||
    plain.split('-').some((part) => PARTS.includes(part)) ||
    plain.endsWith('-key')
  );
}

/** Whether a value was typed as a secret only for its name, which becomes one that names none: it does not become readable by that. */
export function staysSecret(row: Pick<NamedValue, 'name' | 'value'>, name: string): boolean {
  return row.value !== '' && namesCredential(row.name) && !namesCredential(name);
}
