import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import type { Plugin, ProxyOptions } from 'vite';

/** Where the console stands on Vite's servers, as on a deployment without a stage in its path. */
export const BASE = '/console/';

/** The API's root, of the stack whose stack.json HOOKSTEP_STACK names; null without it. */
export function apiUrl(): URL | null {
  const file = process.env.HOOKSTEP_STACK;
  return file ? new URL(JSON.parse(readFileSync(file, 'utf8')).api_url) : null;
}

/** Hands everything that is not the console's to the API. */
export function proxy(api: URL | null): Record<string, ProxyOptions> {
  if (!api) return {};
  const root = api.pathname.replace(/\/$/, '');
  const options: ProxyOptions = { target: api.origin, changeOrigin: true, rewrite: (path) => root + path };
  return { '^/(?!console(/|$)|@|node_modules/)': options, [`^${BASE}config\\.json$`]: options };
}

/** Answers of `vite preview` as the Lambda `api` gives them: the page with a nonce and the Content-Security-Policy. */
export function serve(): Plugin {
  return {
    name: 'hookstep-serve',
    configureServer(server) {
      if (apiUrl()) return;
      server.middlewares.use(`${BASE}config.json`, (_, answer) => withoutStack(answer));
    },
    configurePreviewServer(server) {
      const page = resolve(server.config.root, server.config.build.outDir, 'index.html');
      if (!apiUrl()) server.middlewares.use(`${BASE}config.json`, (_, answer) => withoutStack(answer));
      server.middlewares.use((request, answer, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (!/^\/console(\/|$)/.test(path) || /^\/console\/(assets\/|(config\.json|licenses\.txt)$)/.test(path))
          return next();
        const nonce = randomBytes(16).toString('base64');
        answer.setHeader('content-type', 'text/html; charset=utf-8');
        answer.setHeader('cache-control', 'no-cache');
        answer.setHeader('content-security-policy', policy(nonce));
        answer.end(readFileSync(page, 'utf8').replaceAll('__CSP_NONCE__', nonce));
      });
    },
  };
}

function policy(nonce: string): string {
  const signIn = process.env.HOOKSTEP_SIGN_IN_ORIGINS ?? '';
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${signIn}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function withoutStack(answer: ServerResponse): void {
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify({ auth_mode: 'NONE', region: 'us-east-1', stack: 'none', version: 'dev' }));
}
