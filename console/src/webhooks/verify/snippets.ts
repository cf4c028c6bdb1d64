import type { Schemas } from '@/api/client';
import goV1 from './snippets/v1.go?raw';
import nodeV1 from './snippets/v1.mjs?raw';
import pythonV1 from './snippets/v1.py?raw';
import rustV1 from './snippets/v1.rs?raw';
import goV1a from './snippets/v1a.go?raw';
import nodeV1a from './snippets/v1a.mjs?raw';
import pythonV1a from './snippets/v1a.py?raw';
import rustV1a from './snippets/v1a.rs?raw';

type Scheme = Schemas['Signing']['schemes'][number];
type PublicKey = Schemas['PublicKeys']['keys'][number];

/** The languages that there are snippets in, as they are called. */
export const LANGUAGES = ['Node', 'Python', 'Rust', 'Go'] as const;
export type Language = (typeof LANGUAGES)[number];

const SOURCES: Record<Scheme, Record<Language, string>> = {
  v1: { Node: nodeV1, Python: pythonV1, Rust: rustV1, Go: goV1 },
  v1a: { Node: nodeV1a, Python: pythonV1a, Rust: rustV1a, Go: goV1a },
};

/** What a snippet needs to know of the webhook. */
export interface Signed {
  http_method: Schemas['Webhook']['http_method'];
  /** Those that sign; only `v1a` needs them. */
  keys: Pick<PublicKey, 'pem' | 'public_key'>[];
}

/** A receiver that verifies this webhook's requests, by the libraries that docs/SIGNATURES.md names. */
export function snippet(language: Language, scheme: Scheme, { http_method, keys }: Signed): string {
  const pems = keys.map(({ pem }) => JSON.stringify(pem));
  const plain = keys.map(({ public_key }) => JSON.stringify(public_key.replace(/^whpk_/, '')));
  return SOURCES[scheme][language]
    .replace('do_METHOD', `do_${http_method}`)
    .replace(/'PUBLIC_KEY_PEM'|"PUBLIC_KEY_PEM"/, () => lines(pems))
    .replace('"PUBLIC_KEY"', () => lines(plain));
}

/** What stands between the brackets of a list: one, or several on lines of their own. */
function lines(texts: string[]): string {
  return texts.length === 1 ? texts.join() : `\n  ${texts.join(',\n  ')},\n`;
}

/** The keys whose signatures count at a moment. */
export function signing(keys: PublicKey[], now: Date): PublicKey[] {
  return keys.filter(({ signs_until }) => signs_until === null || new Date(signs_until) > now);
}
