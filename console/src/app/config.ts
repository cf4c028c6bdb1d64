import { configAnswer } from './boot';

/** What the deployment tells its console, `GET /console/config.json`. Open to everybody: it holds no secret. */
export interface ConsoleConfig {
  /** How callers say who they are. */
  auth_mode: AuthMode;
  /** JWT: whose tokens the API takes. */
  issuer: string | null;
  /** JWT: the console's registration with the issuer; null where none is set up. */
  client_id: string | null;
  /** JWT: what the console asks the issuer for, words with spaces between them. */
  scopes: string;
  /** JWT: sent to the issuer as `audience`, where it needs one. */
  audience: string | null;
  /** AWS region, for signing. */
  region: string;
  /** Name of the stack. */
  stack: string;
  version: string;
}

export type AuthMode = 'JWT' | 'IAM' | 'NONE';

/** Reads what the deployment answered. Throws an `Error` whose message can be shown. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const answer = await configAnswer;
  if (!answer.ok) throw new Error(`The deployment answered ${answer.status} when asked for its configuration.`);
  return parseConfig(await answer.json());
}

/** Reads the answer; empty texts count as not set. */
export function parseConfig(answer: unknown): ConsoleConfig {
  const given = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const text = (name: string) => {
    const value = given[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    auth_mode: parseMode(text('auth_mode')),
    issuer: text('issuer'),
    client_id: text('client_id'),
    scopes: text('scopes') ?? 'openid profile email',
    audience: text('audience'),
    region: text('region') ?? 'us-east-1',
    stack: text('stack') ?? '',
    version: text('version') ?? '',
  };
}

function parseMode(mode: string | null): AuthMode {
  switch (mode) {
    case 'JWT':
    case 'NONE':
      return mode;
    case 'IAM':
    case 'AWS_IAM':
      return 'IAM';
    default:
      throw new Error(`The deployment names a way to sign in that this console does not know: ${mode ?? 'none'}.`);
  }
}
