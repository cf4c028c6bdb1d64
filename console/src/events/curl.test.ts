import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { curlOf, quoted } from './curl';

const preview = (more: Partial<Schemas['Preview']> = {}): Schemas['Preview'] => ({
  method: 'POST',
  url: 'https://hooks.example.com/orders?a=1&b=2',
  headers: [
    { name: 'content-type', secret: false, value: 'application/json' },
    { name: 'content-length', secret: false, value: '14' },
    { name: 'host', secret: false, value: 'hooks.example.com' },
  ],
  body: '{"order":4711}',
  body_encoding: 'utf8',
  body_size: 14,
  body_truncated: false,
  notes: [],
  ...more,
});
const header = (name: string, value: string | null) => ({ name, value, secret: value === null });

/** What a shell makes of a command whose `curl` prints its arguments and, if asked to, its standard input. */
function run(command: string): { args: string[]; stdin: Buffer } {
  const shell = `curl() { printf '%s\\0' "$@" | base64 -w0; echo; case "$*" in *@-*) base64 -w0;; esac; }\n${command}\n`;
  const [args = '', stdin = ''] = execFileSync('sh', { input: shell, encoding: 'utf8' }).split('\n');
  return {
    args: Buffer.from(args, 'base64').toString('utf8').split('\0').slice(0, -1),
    stdin: Buffer.from(stdin, 'base64'),
  };
}

describe('quoted', () => {
  it.each(["it's", "'", "''", 'a b', '$(rm -rf /)', '`id`', '"', '\\', '\n', '', '!history', '~', '*', '-n', 'ä€'])(
    'a shell reads %j as it is',
    (text) => expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text),
  );
});

describe('curlOf', () => {
  it('is readable', () => {
    expect(curlOf(preview()).command).toBe(
      [
        "curl --globoff --path-as-is --request POST 'https://hooks.example.com/orders?a=1&b=2'",
        "--header 'content-type: application/json'",
        `--data-raw '{"order":4711}'`,
      ].join(' \\\n  '),
    );
  });

  it.each(['@/etc/passwd', "it's\n$(id)\r\n", ' ', '-v'])('sends the body %j as it is', (body) => {
    const { args } = run(curlOf(preview({ body, body_size: body.length })).command);
    expect(args.slice(-2)).toEqual(['--data-raw', body]);
  });

  it('sends bytes that are no text, NULs, and what is too long for an argument through a pipe', () => {
    const bytes = Buffer.from([0, 1, 255, 10, 39]);
    const binary = preview({ body: bytes.toString('base64'), body_encoding: 'base64', body_size: 5 });
    expect(run(curlOf(binary).command).stdin).toEqual(bytes);
    expect(run(curlOf(preview({ body: 'a\0b', body_size: 3 })).command).stdin.toString()).toBe('a\0b');
    const long = "it's ".repeat(50_000);
    expect(run(curlOf(preview({ body: long, body_size: long.length })).command).stdin.toString()).toBe(long);
    // Each of them is three bytes.
    const wide = '\u4e2d'.repeat(50_000);
    expect(run(curlOf(preview({ body: wide, body_size: 150_000 })).command).stdin.toString()).toBe(wide);
  });

  it('keeps headers with quotes, and those without a value', () => {
    const { args } = run(
      curlOf(preview({ headers: [header('x-note', `it's "5" $HOME`), header('x-empty', '')] })).command,
    );
    expect(args).toContain(`x-note: it's "5" $HOME`);
    expect(args).toContain('x-empty;');
  });

  it('opens gzip where the receiver may send it', () => {
    expect(run(curlOf(preview({ headers: [header('accept-encoding', 'gzip')] })).command).args).toContain(
      '--compressed',
    );
  });

  it('sends no body where there is none, and says so to a POST', () => {
    expect(run(curlOf(preview({ body: '', body_size: 0 })).command).args.slice(-2)).toEqual(['--data-raw', '']);
    expect(curlOf(preview({ method: 'GET', body: '', body_size: 0 })).command).not.toContain('--data');
  });

  it('warns of signatures, of secrets that are left out, and of half a body', () => {
    expect(curlOf(preview()).warnings).toEqual([]);
    const delicate = preview({
      headers: [header('webhook-signature', 'v1,abc'), header('authorization', null)],
      body_truncated: true,
    });
    expect(curlOf(delicate).warnings).toHaveLength(3);
    expect(run(curlOf(delicate).command).args).toContain('authorization: SECRET');
  });
});
