import { describe, expect, it } from 'vitest';
import { parseConfig } from '@/app/config';
import { parseCredentials } from './credentials';
import { returnPath } from './returnPath';

describe('credentials that are pasted', () => {
  const found = { access_key_id: 'ASIAEXAMPLE', secret_access_key: 'a/b+c', session_token: 'IQoJ//==' };
  it.each([
    [
      'lines for a shell',
      'export AWS_ACCESS_KEY_ID="ASIAEXAMPLE"\nexport AWS_SECRET_ACCESS_KEY="a/b+c"\nexport AWS_SESSION_TOKEN="IQoJ//=="',
    ],
    [
      'lines of a file',
      '[default]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = a/b+c\naws_session_token = IQoJ//==',
    ],
    [
      'JSON of the CLI',
      '{"Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "a/b+c", "SessionToken": "IQoJ//=="}}',
    ],
  ])('%s', (_, text) => expect(parseCredentials(text)).toEqual(found));

  it('are not seen in other texts', () => expect(parseCredentials('IQoJ//==')).toEqual({}));
});

describe('the way back from signing in', () => {
  it.each([
    ['/console/events?status=failed', '/console/events?status=failed'],
    ['/console', '/console'],
    ['/console?days=7', '/console?days=7'],
    ['/console/', '/console'],
    ['/consoles', '/console'],
    ['https://evil.example/console/', '/console'],
    ['//evil.example', '/console'],
    ['/console/sign-in/callback?code=1', '/console'],
    [undefined, '/console'],
  ])('%s leads to %s', (left, to) => expect(returnPath('/console', left)).toBe(to));
});

describe('the configuration', () => {
  it('counts empty texts as not set', () => {
    expect(parseConfig({ auth_mode: 'JWT', issuer: 'https://i', client_id: '', scopes: null })).toMatchObject({
      auth_mode: 'JWT',
      client_id: null,
      scopes: 'openid profile email',
    });
  });

  it('with a way to sign in that is not known is refused', () => {
    expect(() => parseConfig({ auth_mode: 'SAML' })).toThrow(/SAML/);
  });
});
