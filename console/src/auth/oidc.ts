import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { home } from '@/app/boot';
import type { ConsoleConfig } from '@/app/config';
import { returnPath } from './returnPath';
import { type Authenticator, SessionExpired } from './session';
import { makeTokens } from './tokens';

const CALLBACK = `${home}/sign-in/callback`;

/** `AuthMode=JWT`: the authorization code flow with PKCE. Tokens are kept in the tab's session storage and nowhere else. */
export interface OidcAuthenticator extends Authenticator {
  /** False where the deployment names no client: nobody can sign in then. */
  readonly set_up: boolean;
  /** Goes to the issuer, and comes back to this very page. */
  signIn(): Promise<void>;
}

export function makeOidc(config: ConsoleConfig): OidcAuthenticator {
  if (!config.issuer || !config.client_id) return notSetUp;
  const manager = makeManager(config, config.issuer, config.client_id);
  const tokens = makeTokens(manager);
  return {
    set_up: true,
    async start() {
      if (location.pathname === CALLBACK && /[?&](code|error)=/.test(location.search)) {
        try {
          const user = (await manager.signinCallback()) ?? null;
          history.replaceState(null, '', returnPath(home, user?.state));
          return signedIn(user);
        } catch (thrown) {
          history.replaceState(null, '', home);
          return { status: 'signed-out', problem: reason(thrown) };
        }
      }
      if (location.pathname === CALLBACK) history.replaceState(null, '', home);
      await manager.clearStaleState();
      return signedIn(await manager.getUser());
    },
    signIn() {
      return manager.signinRedirect({ state: location.pathname + location.search });
    },
    async send(request) {
      const user = await tokens.good();
      const response = await sendAs(user, request);
      if (response.status !== 401) return response;
      const repeated = await sendAs(await tokens.insteadOf(user), request);
      if (repeated.status === 401) throw new SessionExpired();
      return repeated;
    },
    async signOut() {
      const user = await manager.getUser();
      await manager.removeUser();
      const leave = await manager.metadataService.getEndSessionEndpoint();
      if (leave) await manager.signoutRedirect(user?.id_token ? { id_token_hint: user.id_token } : {});
    },
  };
}

const notSetUp: OidcAuthenticator = {
  set_up: false,
  start: () => Promise.resolve({ status: 'signed-out' }),
  signIn: () => Promise.resolve(),
  send: () => Promise.reject(new SessionExpired()),
  signOut: () => Promise.resolve(),
};

function makeManager(config: ConsoleConfig, issuer: string, client_id: string): UserManager {
  return new UserManager({
    authority: issuer,
    client_id,
    redirect_uri: location.origin + CALLBACK,
    post_logout_redirect_uri: location.origin + home,
    response_type: 'code',
    scope: config.scopes,
    extraQueryParams: config.audience ? { audience: config.audience } : {},
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    // Renewing in a hidden frame needs cookies of the issuer, which browsers no longer send, and a wider policy.
    automaticSilentRenew: false,
    monitorSession: false,
    loadUserInfo: false,
  });
}

/** Leaves the request as it is, so that it can be sent again. */
function sendAs(user: User, request: Request): Promise<Response> {
  const sent = request.clone();
  sent.headers.set('authorization', `Bearer ${user.access_token}`);
  return fetch(sent);
}

function signedIn(user: User | null) {
  if (!user || (user.expired && !user.refresh_token)) return { status: 'signed-out' as const };
  const { name, email, preferred_username, sub } = user.profile;
  return { status: 'signed-in' as const, user: name ?? email ?? preferred_username ?? sub };
}

function reason(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return `The issuer did not sign you in: ${text}`;
}
