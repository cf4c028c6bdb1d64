import type { Schemas } from '@/api/client';

/** Above this a shell might not take the body as an argument (Linux: 128 KiB each), so it goes through a pipe, by the shell's own `printf`. */
const ARGUMENT_BYTES = 100_000;
/** curl makes these itself, of the URL and the body. */
const MADE_BY_CURL = ['host', 'content-length', 'connection', 'transfer-encoding'];
const SECRET = 'SECRET';

/** A request as a command, and what has to be known before it is run or passed on. */
export interface Curl {
  command: string;
  /** Plain sentences. */
  warnings: string[];
}

/** The request of a preview as a command for a POSIX shell. */
export function curlOf(preview: Schemas['Preview']): Curl {
  const headers = preview.headers.filter(({ name }) => !MADE_BY_CURL.includes(name.toLowerCase()));
  const body = bodyOf(preview);
  const compressed = headers.some(
    ({ name, value }) => name.toLowerCase() === 'accept-encoding' && value?.includes('gzip'),
  );
  const lines = [
    // Brackets and dots in a URL are sent as they are.
    `${body.before}curl --globoff --path-as-is --request ${preview.method} ${quoted(preview.url)}`,
    ...headers.map(({ name, value }) => `--header ${quoted(headerLine(name, value))}`),
    ...(compressed ? ['--compressed'] : []),
    ...(body.argument ? [body.argument] : []),
  ];
  return { command: lines.join(' \\\n  '), warnings: warningsOf(preview) };
}

/** A word of a POSIX shell that stands for exactly this text. */
export function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function headerLine(name: string, value: string | null): string {
  if (value === null) return `${name}: ${SECRET}`;
  // curl leaves a header out whose value is empty, unless it ends in a semicolon.
  return value === '' ? `${name};` : `${name}: ${value}`;
}

function bodyOf(preview: Schemas['Preview']): { before: string; argument: string | null } {
  const { body, body_encoding } = preview;
  if (preview.body_size === 0) return { before: '', argument: preview.method === 'POST' ? "--data-raw ''" : null };
  if (body_encoding === 'base64')
    return { before: `printf %s ${quoted(body)} | base64 -d | `, argument: '--data-binary @-' };
  // No argument can hold a NUL.
  if (body.includes('\0'))
    return { before: `printf %s ${quoted(base64(body))} | base64 -d | `, argument: '--data-binary @-' };
  if (new TextEncoder().encode(body).length > ARGUMENT_BYTES)
    return { before: `printf %s ${quoted(body)} | `, argument: '--data-binary @-' };
  return { before: '', argument: `--data-raw ${quoted(body)}` };
}

function warningsOf(preview: Schemas['Preview']): string[] {
  const named = (test: (name: string) => boolean) =>
    preview.headers.some(({ name, value }) => value !== null && test(name.toLowerCase()));
  const warnings = [];
  if (named((name) => name === 'webhook-signature'))
    warnings.push(
      'It bears a real signature: for a few minutes the receiver takes it for Hookstep’s own. Don’t pass it on.',
    );
  if (preview.headers.some(({ value }) => value === null))
    warnings.push(`Secrets are not shown: put them in where it says ${SECRET}.`);
  if (preview.body_truncated)
    warnings.push('Only the beginning of the body is here, so the receiver will refuse the signature.');
  return warnings;
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
