declare global {
  interface Window {
    /** Set by boot.js, which runs inline before the application. */
    hookstep?: { base: string; nonce: string; config: Promise<Response>; styled: Promise<unknown> };
  }
}

const found = globalThis.window?.hookstep;

/** Path of the console's root, with a slash at its end: `/console/`, or `/prod/console/` behind a stage. */
export const base: string = found?.base ?? '/console/';

/** The address of the console's root: `/console`. API Gateway may not answer it with a slash at its end (ADR 0030). */
export const home: string = base.slice(0, -1);

/** A path of the console as its address: that of the root has no slash, be it with a query or without. */
export function addressOf(path: string, consoleBase: string = base): string {
  const below = path.startsWith(consoleBase) ? path.slice(consoleBase.length) : null;
  return below === '' || (below !== null && /^[?#]/.test(below)) ? consoleBase.slice(0, -1) + below : path;
}

/** Nonce of this page's Content-Security-Policy, for style elements made at run time. */
export const nonce: string = found?.nonce ?? '';

/** Resolved when the first stylesheets are there, or have failed. */
export const styled: Promise<unknown> = found?.styled ?? Promise.resolve();

/** The answer of `GET config.json`, asked for while the application was still being loaded. */
export const configAnswer: Promise<Response> = found?.config ?? Promise.reject(new Error('boot.js has not run'));
configAnswer.catch(() => undefined);

/** Root of the API, without a slash at its end: `https://host` or `https://host/prod`. */
export const apiRoot: string = apiRootOf(globalThis.location?.origin ?? 'http://localhost', base);

/** The API's root is the folder that the console is in. */
export function apiRootOf(origin: string, consoleBase: string): string {
  return origin + consoleBase.replace(/\/[^/]*\/$/, '');
}
