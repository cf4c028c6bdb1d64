import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { addressOf, apiRootOf } from './app/boot';

const source = readFileSync(new URL('./boot.js', import.meta.url), 'utf8').replace(
  'scripts: []',
  'scripts: ["assets/a.js"]',
);

interface Made {
  base: string;
  nonce: string;
  scheme: string;
  scripts: { onerror?: () => void }[];
  /** What stands on the page. */
  said: string[];
}

/** Runs boot.js on a page with this path, and tells what it made. */
function boot(pathname: string, { chosen = null as string | null, systemDark = false } = {}): Made {
  const window: { hookstep?: { base: string; nonce: string } } = {};
  const scripts: Made['scripts'] = [];
  const said: string[] = [];
  let scheme = '';
  runInNewContext(source, {
    window,
    location: { pathname },
    localStorage: { getItem: () => chosen },
    matchMedia: () => ({ matches: systemDark }),
    fetch: (path: string) => Promise.resolve(path),
    document: {
      currentScript: { nonce: 'n0' },
      documentElement: { setAttribute: (_: string, value: string) => (scheme = value) },
      createElement: () => ({}),
      head: { append: (element: object) => scripts.push(element) },
      body: { append: ({ textContent }: { textContent: string }) => said.push(textContent) },
    },
  });
  return { base: window.hookstep?.base ?? '', nonce: window.hookstep?.nonce ?? '', scheme, scripts, said };
}

describe('the base', () => {
  it.each([
    ['/console/', '/console/'],
    ['/console', '/console/'],
    ['/console/webhooks/wh_1/events/evt_1', '/console/'],
    ['/prod/console/events', '/prod/console/'],
    ['/_aws/execute-api/a1/$default/console', '/_aws/execute-api/a1/$default/console/'],
    ['/console/console/webhooks', '/console/console/'],
    ['/consoles', '/consoles/'],
  ])('of %s is %s', (path, base) => expect(boot(path).base).toBe(base));

  it('is below the root of the API', () => {
    expect(apiRootOf('https://h', '/prod/console/')).toBe('https://h/prod');
    expect(apiRootOf('https://h', '/console/')).toBe('https://h');
  });
});

describe('the address of', () => {
  it.each([
    ['/console/', '/console'],
    ['/console/?days=7', '/console?days=7'],
    ['/console', '/console'],
    ['/console/webhooks', '/console/webhooks'],
    ['/elsewhere/', '/elsewhere/'],
  ])('%s is %s', (path, address) => expect(addressOf(path, '/console/')).toBe(address));
});

it('adds the files from the base, with the nonce', () => {
  expect(boot('/prod/console/events').scripts).toMatchObject([
    { type: 'module', src: '/prod/console/assets/a.js', nonce: 'n0' },
  ]);
});

it('says so when its files are not there', () => {
  const { scripts, said } = boot('/console/');
  scripts[0]?.onerror?.();
  expect(said).toEqual([expect.stringContaining('could not be loaded')]);
});

it('takes the colours that were chosen, or else those of the system', () => {
  expect(boot('/console').scheme).toBe('light');
  expect(boot('/console', { systemDark: true }).scheme).toBe('dark');
  expect(boot('/console', { systemDark: true, chosen: 'light' }).scheme).toBe('light');
  expect(boot('/console', { chosen: 'dark' }).scheme).toBe('dark');
});
