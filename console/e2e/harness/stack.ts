import { readFileSync } from 'node:fs';

/** What a running stack says of itself in its `stack.json`; docs/local.md has all of it. */
export interface Stack {
  /** Without a slash at its end. */
  api_url: string;
  /** The console's root. */
  console_url: string;
  auth_mode: 'NONE' | 'JWT' | 'IAM';
  jwt?: {
    issuer: string;
    audience: string;
    tenant_claim: string;
    /** Of the key that signs tokens. */
    keys_dir: string;
  };
}

/** The stack that `HOOKSTEP_STACK` names. */
export function runningStack(): Stack {
  const file = process.env.HOOKSTEP_STACK;
  if (!file) throw new Error('HOOKSTEP_STACK is not set: it names the stack.json of a running stack (docs/local.md)');
  const stack: Stack = JSON.parse(readFileSync(file, 'utf8'));
  if (!stack.console_url) throw new Error(`the stack of ${file} serves no console`);
  return stack;
}
