import { AwsClient } from 'aws4fetch';
import type { ConsoleConfig } from '@/app/config';
import type { Credentials } from './credentials';
import { type Authenticator, SessionExpired, setSession } from './session';

/** `AuthMode=IAM`: requests are signed (SigV4) by credentials that only this page's memory holds. */
export interface IamAuthenticator extends Authenticator {
  signIn(credentials: Credentials): void;
}

export function makeIam(config: ConsoleConfig): IamAuthenticator {
  let client: AwsClient | null = null;
  return {
    start: () => Promise.resolve({ status: 'signed-out' }),
    signIn(credentials) {
      client = new AwsClient({
        accessKeyId: credentials.access_key_id,
        secretAccessKey: credentials.secret_access_key,
        sessionToken: credentials.session_token,
        service: 'execute-api',
        region: config.region,
        retries: 0,
      });
      setSession({ status: 'signed-in', user: credentials.access_key_id, problem: null });
    },
    async send(request) {
      if (!client) throw new SessionExpired();
      const response = await client.fetch(request);
      if (response.status === 403 && (await isExpired(response.clone()))) {
        client = null;
        throw new SessionExpired();
      }
      return response;
    },
    signOut() {
      client = null;
      return Promise.resolve();
    },
  };
}

/** API Gateway says so in words only. */
async function isExpired(response: Response): Promise<boolean> {
  if (response.headers.get('content-type')?.includes('problem+json')) return false;
  return /expired/i.test(await response.text());
}
