declare global {
  interface Window {
    /** Set by boot.js, which runs inline before the application. */
    hookstep?: { base: string; nonce: string; styled: Promise<unknown> };
  }
}

const found = globalThis.window?.hookstep ?? { base: '/console/', nonce: '', styled: Promise.resolve() };

/** Path of the console's root, with a slash at its end: `/console/`, or `/prod/console/` behind a stage. */
export const base: string = found.base;

/** Nonce of this page's Content-Security-Policy, for style elements made at run time. */
export const nonce: string = found.nonce;

/** Resolved when the first stylesheets are there, or have failed. */
export const styled: Promise<unknown> = found.styled;

/** Root of the API, without a slash at its end: `https://host` or `https://host/prod`. */
export const apiRoot: string = apiRootOf(globalThis.location?.origin ?? 'http://localhost', base);

/** The API's root is the folder that the console is in. */
export function apiRootOf(origin: string, consoleBase: string): string {
  return origin + consoleBase.replace(/\/[^/]*\/$/, '');
}
