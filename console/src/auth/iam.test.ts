import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeIam } from './iam';
import { currentSession, SessionExpired } from './session';

const config = {
  auth_mode: 'IAM' as const,
  issuer: null,
  client_id: null,
  scopes: '',
  audience: null,
  region: 'eu-central-1',
  stack: 'hookstep',
  version: '0',
};
const credentials = { access_key_id: 'ASIAEXAMPLE', secret_access_key: 'secret', session_token: 'token' };
const sent: Request[] = [];
let reply: Response;

beforeEach(() => {
  sent.length = 0;
  reply = new Response('{}');
  vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) => {
    sent.push(new Request(input, init));
    return Promise.resolve(reply);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('requests', () => {
  it('are signed for the API’s region with the body as it was', async () => {
    const iam = makeIam(config);
    iam.signIn(credentials);
    await iam.send(new Request('https://api.example/webhook?limit=5', { method: 'POST', body: '{"a": 1}' }));
    const request = sent[0];
    expect(request?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
    );
    expect(request?.headers.get('x-amz-security-token')).toBe('token');
    expect(await request?.text()).toBe('{"a": 1}');
    expect(currentSession()).toMatchObject({ status: 'signed-in', user: 'ASIAEXAMPLE' });
  });

  it('need a new sign-in when the credentials have expired', async () => {
    const iam = makeIam(config);
    iam.signIn(credentials);
    const message = '{"message":"The security token included in the request is expired"}';
    reply = new Response(message, { status: 403, headers: { 'content-type': 'application/json' } });
    await expect(iam.send(new Request('https://api.example/webhook'))).rejects.toThrow(SessionExpired);
    reply = new Response('{}');
    await expect(iam.send(new Request('https://api.example/webhook'))).rejects.toThrow(SessionExpired);
  });

  it('that are forbidden are answered as they were', async () => {
    const iam = makeIam(config);
    iam.signIn(credentials);
    reply = new Response('{"message":"Forbidden"}', { status: 403, headers: { 'content-type': 'application/json' } });
    expect((await iam.send(new Request('https://api.example/webhook'))).status).toBe(403);
  });

  it('can’t be sent before signing in', async () => {
    await expect(makeIam(config).send(new Request('https://api.example/webhook'))).rejects.toThrow(SessionExpired);
  });
});
