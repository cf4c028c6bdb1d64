import { ErrorResponse, type User, type UserManager } from 'oidc-client-ts';
import { SessionExpired } from './session';

/** So near to its end a token is renewed: it has to be good when the request arrives. */
const EARLY_SECONDS = 30;

/** The tokens of whoever is signed in. */
export interface Tokens {
  /** The user with a token that is good. Throws `SessionExpired` where only a new sign-in gives one. */
  good(): Promise<User>;
  /** The user with another token than the one that the API refused. Throws `SessionExpired` where there is none. */
  insteadOf(refused: User): Promise<User>;
}

/**
 * Renews tokens by the refresh token, where the issuer gave one. There is one renewal at a time, whose outcome all calls share:
 * an issuer that rotates refresh tokens ends the sign-in when it sees one twice.
 */
export function makeTokens(manager: Pick<UserManager, 'getUser' | 'signinSilent'>): Tokens {
  let renewal: Promise<User> | null = null;
  const renewed = () => {
    renewal ??= renew(manager).finally(() => {
      renewal = null;
    });
    return renewal;
  };
  const stored = async () => {
    const user = await manager.getUser();
    if (!user) throw new SessionExpired();
    return user;
  };
  return {
    async good() {
      const user = await stored();
      if ((user.expires_in ?? EARLY_SECONDS) >= EARLY_SECONDS) return user;
      if (user.refresh_token) return renewed();
      if (user.expired) throw new SessionExpired();
      return user;
    },
    async insteadOf(refused) {
      const user = await stored();
      if (user.access_token !== refused.access_token) return user;
      if (!user.refresh_token) throw new SessionExpired();
      return renewed();
    },
  };
}

/** An issuer that does not answer has refused nothing: that is thrown as it is, and the call can be made again. */
async function renew(manager: Pick<UserManager, 'signinSilent'>): Promise<User> {
  const user = await manager.signinSilent().catch((thrown: unknown) => {
    throw thrown instanceof ErrorResponse ? new SessionExpired() : thrown;
  });
  if (!user) throw new SessionExpired();
  return user;
}
