import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES, signing, snippet } from './snippets';

const WORKSPACE = new URL('../../../../', import.meta.url).pathname;
// The libraries that the tests of signatures install (tools/verify). `cargo xtask test` has them installed, and none left out.
const NODE_LIBRARIES = join(WORKSPACE, 'target/local/node-verify/node_modules');
const PYTHON = join(WORKSPACE, 'target/local/venv-verify/bin/python');

const pair = generateKeyPairSync('ed25519');
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const public_key = `whpk_${pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;
const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string;
const secret = randomBytes(32);
const signed = {
  http_method: 'PUT' as const,
  keys: [
    { pem: other, public_key: 'whpk_b3RoZXI=' },
    { pem, public_key },
  ],
};
const BODY = Buffer.from('{"total": 120.50, "name": "Zoë"}');

let folder = '';
let running: ChildProcess | null = null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snippets-'));
  if (existsSync(NODE_LIBRARIES)) symlinkSync(NODE_LIBRARIES, join(folder, 'node_modules'));
});
afterEach(() => {
  running?.kill('SIGKILL');
  running = null;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  { language: 'Node', scheme: 'v1', file: 'v1.mjs', program: process.execPath, needs: NODE_LIBRARIES },
  { language: 'Node', scheme: 'v1a', file: 'v1a.mjs', program: process.execPath, needs: process.execPath },
  { language: 'Python', scheme: 'v1', file: 'v1.py', program: PYTHON, needs: PYTHON },
  { language: 'Python', scheme: 'v1a', file: 'v1a.py', program: PYTHON, needs: PYTHON },
] as const)('$scheme in $language', ({ language, scheme, file, program, needs }) => {
  const isLeftOut = !process.env.HOOKSTEP_SKIP_NOTHING && !existsSync(needs);
  it.skipIf(isLeftOut)('takes what is signed, and refuses what is not', { timeout: 20_000 }, async () => {
    const path = join(folder, file);
    writeFileSync(path, snippet(language, scheme, signed));
    const url = await start(program, path);
    const put = async (body: Buffer, headers: Record<string, string>) =>
      (await fetch(url, { method: 'PUT', body: new Uint8Array(body), headers })).status;
    const now = Math.floor(Date.now() / 1_000);

    expect(await put(BODY, headersAt(now))).toBe(204);
    expect(await put(Buffer.concat([BODY, Buffer.from(' ')]), headersAt(now))).toBe(401);
    expect(await put(BODY, headersAt(now - 3_600))).toBe(401);
    expect(await put(BODY, { ...headersAt(now), 'webhook-id': 'evt_2' })).toBe(401);
    expect(await put(BODY, {})).toBe(401);
  });
});

describe('every snippet', () => {
  it.each(LANGUAGES)('in %s is filled in', (language) => {
    const [v1, v1a] = [snippet(language, 'v1', signed), snippet(language, 'v1a', signed)];
    expect(v1 + v1a).not.toMatch(/METHOD|PUBLIC_KEY_PEM|"PUBLIC_KEY"/);
    const inPem = language === 'Node' || language === 'Python';
    for (const key of signed.keys)
      expect(v1a).toContain(inPem ? JSON.stringify(key.pem) : JSON.stringify(key.public_key.slice(5)));
  });
});

it('keys that have ended are left out', () => {
  const key = { pem, public_key, scheme: 'v1a', algorithm: 'ed25519', created_at: '2026-11-21T08:00:00Z' } as const;
  const [current, earlier, ended] = [
    { ...key, signs_until: null },
    { ...key, signs_until: '2026-11-22T09:00:00Z' },
    { ...key, signs_until: '2026-11-22T07:00:00Z' },
  ];
  expect(signing([current, earlier, ended], new Date('2026-11-22T08:00:00Z'))).toEqual([current, earlier]);
});

/** What Hookstep sends (Standard Webhooks 1.0.0): both signatures, those of an earlier secret and of an unknown scheme too. */
function headersAt(timestamp: number): Record<string, string> {
  const message = Buffer.concat([Buffer.from(`evt_1.${timestamp}.`), BODY]);
  const v1 = (key: Buffer) => `v1,${createHmac('sha256', key).update(message).digest('base64')}`;
  const v1a = `v1a,${sign(null, message, pair.privateKey).toString('base64')}`;
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': [v1(randomBytes(32)), v1(secret), 'v9,AAAA', v1a].join(' '),
  };
}

/** Starts a receiver and waits until it takes connections. */
async function start(program: string, path: string): Promise<string> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: `whsec_${secret.toString('base64')}` };
  let said = '';
  const child = spawn(program, [path], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (text) => {
    said += text;
  });
  running = child;
  while (!(await listens(port))) if (child.exitCode !== null) throw new Error(said);
  return `http://127.0.0.1:${port}/`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => setTimeout(resolve, 20, false));
    socket.once('connect', () => socket.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
