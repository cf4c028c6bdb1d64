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
