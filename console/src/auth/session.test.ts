import { expect, it } from 'vitest';
import { type Authenticator, currentSession, NoAnswer, SessionExpired, send, signOut, startWith } from './session';

const way = (more: Partial<Authenticator>): Authenticator => ({
  start: () => Promise.resolve({ status: 'signed-in', user: 'ada' }),
  send: () => Promise.reject(new SessionExpired()),
  signOut: () => Promise.resolve(),
  ...more,
});
const request = () => new Request('https://api.example/webhook');
/** A promise that the test keeps. */
function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

it('a call that needs a new sign-in says so to the whole console', async () => {
  await startWith(way({}));
  await expect(send(request())).rejects.toThrow(SessionExpired);
  expect(currentSession()).toMatchObject({ status: 'expired', user: 'ada' });
});

it('a call that nobody answers says so', async () => {
  await startWith(way({ send: () => Promise.reject(new TypeError('Failed to fetch')) }));
  await expect(send(request())).rejects.toThrow(NoAnswer);
});

it('signing out is at once, and calls on their way do not ask to sign in again', async () => {
  const { promise, resolve } = deferred();
  await startWith(way({ signOut: () => promise }));
  const leaving = signOut();
  expect(currentSession()).toMatchObject({ status: 'signed-out', user: null });
  await expect(send(request())).rejects.toThrow(SessionExpired);
  expect(currentSession().status).toBe('signed-out');
  resolve();
  await leaving;
});

it('an issuer that does not answer keeps nobody signed in', async () => {
  await startWith(way({ signOut: () => Promise.reject(new TypeError('Failed to fetch')) }));
  await signOut();
  expect(currentSession()).toMatchObject({ status: 'signed-out', user: null });
  expect(currentSession().problem).toContain('may still be signed in there');
});
