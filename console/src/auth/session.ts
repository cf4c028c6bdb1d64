import type { ConsoleConfig } from '@/app/config';

/** How far signing in is. */
export type SessionStatus = 'starting' | 'signed-out' | 'signed-in' | 'expired';

/** Who uses the console, as far as it knows. */
export interface Session {
  status: SessionStatus;
  /** Name to show; null where nobody has to sign in. */
  user: string | null;
  /** Why signing in failed, one sentence. */
  problem: string | null;
}

/** A way of signing in, one for each `AuthMode`. */
export interface Authenticator {
  /** Takes up a sign-in that there is already, or that comes back from the issuer. */
  start(): Promise<Partial<Session> & Pick<Session, 'status'>>;
  /** Sends a request as whoever is signed in. Throws `SessionExpired` where a new sign-in is needed. */
  send(request: Request): Promise<Response>;
  /** Forgets the sign-in; may leave the page. */
  signOut(): Promise<void>;
}

/** The sign-in is over: the person has to sign in again before the call can be made. */
export class SessionExpired extends Error {
  override readonly name = 'SessionExpired';
  constructor() {
    super('Your sign-in has expired.');
  }
}

/** Nobody answered: the network is down, or the API can't be reached. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

let session: Session = { status: 'starting', user: null, problem: null };
let authenticator: Authenticator | null = null;
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentSession(): Session {
  return session;
}

/** Changes what is known of the session, and tells whoever shows it. */
export function setSession(change: Partial<Session>): void {
  session = { ...session, ...change };
  for (const listener of listeners) listener();
}

/** Loads the way of signing in that the deployment wants, and starts it. */
export async function startSession(config: ConsoleConfig): Promise<void> {
  await startWith(await makeAuthenticator(config));
}

/** Starts this way of signing in. */
export async function startWith(way: Authenticator): Promise<void> {
  authenticator = way;
  setSession({ problem: null, ...(await way.start()) });
}

async function makeAuthenticator(config: ConsoleConfig): Promise<Authenticator> {
  switch (config.auth_mode) {
    case 'JWT': {
      const { makeOidc } = await import('./oidc');
      return makeOidc(config);
    }
    case 'IAM': {
      const { makeIam } = await import('./iam');
      return makeIam(config);
    }
    case 'NONE':
      return anybody;
  }
}

const anybody: Authenticator = {
  start: () => Promise.resolve({ status: 'signed-in' }),
  send: (request) => fetch(request),
  signOut: () => Promise.resolve(),
};

/** `fetch` as whoever is signed in. */
export async function send(request: Request): Promise<Response> {
  if (!authenticator) throw new SessionExpired();
  try {
    return await authenticator.send(request);
  } catch (thrown) {
    // Whoever has signed out has ended it.
    if (thrown instanceof SessionExpired && session.status !== 'signed-out') setSession({ status: 'expired' });
    // All that browsers throw where there is no answer.
    throw thrown instanceof TypeError ? new NoAnswer(thrown.message, { cause: thrown }) : thrown;
  }
}

/** The way of signing in that is in use, for its sign-in page. */
export function currentAuthenticator(): Authenticator | null {
  return authenticator;
}

/** Signs out here at once, and then wherever else the sign-in is known. */
export async function signOut(): Promise<void> {
  setSession({ status: 'signed-out', user: null, problem: null });
  try {
    await authenticator?.signOut();
  } catch {
    setSession({
      problem: 'You are signed out here, but your issuer did not answer: you may still be signed in there.',
    });
  }
}
