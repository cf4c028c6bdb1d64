import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './stack';

const KEY_ID = 'hookstep-tests-1';
const LIFE_SECONDS = 3600;

/** A token with every permission of this tenant, as the stack's issuer signs them; null where callers bring none. */
export function tokenOf(tenant: string, stack: Stack): string | null {
  if (!stack.jwt) return null;
  const key = readFileSync(join(stack.jwt.keys_dir, 'issuer.pkcs8'));
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: stack.jwt.issuer,
    aud: stack.jwt.audience,
    sub: `${tenant}.tests`,
    iat: now,
    exp: now + LIFE_SECONDS,
    [stack.jwt.tenant_claim]: tenant,
    scope: 'hookstep/read hookstep/write hookstep/trigger',
  };
  const signed = [{ alg: 'RS256', typ: 'JWT', kid: KEY_ID }, claims].map(encoded).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(signed), createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  return `${signed}.${signature.toString('base64url')}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
