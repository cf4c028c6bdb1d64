import { AwsClient } from 'aws4fetch';
import type { ConsoleConfig } from '@/app/config';
import { type Authenticator, SessionExpired, setSession } from './session';

/** Temporary credentials of AWS, as `aws sts` and the access portal show them. */
export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  /** Long-lived keys have none; they belong in no browser, so it is required. */
  session_token: string;
}

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

/**
 * Finds the three values in what people copy: lines of `export NAME=value`, of a credentials file, or the JSON of `aws sts`.
 */
export function parseCredentials(text: string): Partial<Credentials> {
  const value = (name: string) => {
    const found = new RegExp(`${name}["']?\\s*[:=]\\s*["']?([A-Za-z0-9/+=_-]+)`, 'i').exec(text);
    return found?.[1];
  };
  const found = {
    access_key_id: value('aws_?access_?key_?id') ?? value('AccessKeyId'),
    secret_access_key: value('aws_?secret_?access_?key') ?? value('SecretAccessKey'),
    session_token: value('aws_?session_?token') ?? value('SessionToken'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text)) as Partial<Credentials>;
}
