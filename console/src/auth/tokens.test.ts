import { ErrorResponse, User } from 'oidc-client-ts';
import { describe, expect, it } from 'vitest';
import { SessionExpired } from './session';
import { makeTokens } from './tokens';

const user = (token: string, seconds: number, refresh_token?: string) =>
  new User({
    access_token: token,
    token_type: 'Bearer',
    profile: { sub: 'ada', iss: 'https://issuer.example', aud: 'console', iat: 0, exp: 0 },
    expires_at: Math.floor(Date.now() / 1000) + seconds,
    ...(refresh_token ? { refresh_token } : {}),
  });

/** An issuer that renews tokens when it is told to. */
function issuer(stored: User | null) {
  const asked: { give: (user: User) => void; fail: (thrown: unknown) => void }[] = [];
  const manager = {
    getUser: () => Promise.resolve(stored),
    signinSilent: () =>
      new Promise<User>((resolve, reject) => {
        asked.push({
          give: (renewed) => {
            stored = renewed;
            resolve(renewed);
          },
          fail: reject,
        });
      }),
  };
  return { asked, tokens: makeTokens(manager) };
}
/** What has been asked for by now is asked for. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('a token', () => {
  it('that is good is used as it is', async () => {
    const { tokens, asked } = issuer(user('old', 600, 'refresh'));
    expect((await tokens.good()).access_token).toBe('old');
    expect(asked).toHaveLength(0);
  });

  it.each([
    ['has expired', -5],
    ['is about to', 5],
  ])('that %s is renewed once, however many calls want it', async (_, seconds) => {
    const { tokens, asked } = issuer(user('old', seconds, 'refresh'));
    const calls = [tokens.good(), tokens.good(), tokens.good()];
    await settled();
    expect(asked).toHaveLength(1);
    asked[0]?.give(user('new', 600, 'rotated'));
    expect((await Promise.all(calls)).map(({ access_token }) => access_token)).toEqual(['new', 'new', 'new']);
    expect((await tokens.good()).access_token).toBe('new');
    expect(asked).toHaveLength(1);
  });

  it('that nothing renews is used up to its end', async () => {
    expect((await issuer(user('old', 5)).tokens.good()).access_token).toBe('old');
    await expect(issuer(user('old', -5)).tokens.good()).rejects.toThrow(SessionExpired);
    await expect(issuer(null).tokens.good()).rejects.toThrow(SessionExpired);
  });

  it('that the API refused is renewed, unless another call has done so', async () => {
    const old = user('old', 600, 'refresh');
    const { tokens, asked } = issuer(old);
    const first = tokens.insteadOf(old);
    await settled();
    asked[0]?.give(user('new', 600, 'rotated'));
    await first;
    expect((await tokens.insteadOf(old)).access_token).toBe('new');
    expect(asked).toHaveLength(1);
    const lone = user('lone', 600);
    await expect(issuer(lone).tokens.insteadOf(lone)).rejects.toThrow(SessionExpired);
  });

  it('stays when the issuer does not answer, and is over when the issuer says so', async () => {
    const { tokens, asked } = issuer(user('old', -5, 'refresh'));
    const offline = tokens.good();
    await settled();
    asked[0]?.fail(new TypeError('Failed to fetch'));
    await expect(offline).rejects.toThrow(TypeError);
    const refused = tokens.good();
    await settled();
    asked[1]?.fail(new ErrorResponse({ error: 'invalid_grant' }));
    await expect(refused).rejects.toThrow(SessionExpired);
  });
});
