import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { budget } from './vite/budget.ts';
import { compress } from './vite/compress.ts';
import { html } from './vite/html.ts';
import { mantine } from './vite/mantine.ts';
import { notices } from './vite/notices.ts';
import { apiUrl, BASE, proxy, serve } from './vite/serve.ts';

/** Gzipped bytes of everything that the overview needs before it shows. */
const FIRST_PAGE_LIMIT_BYTES = 250_000;

/**
 * Every file is a call of the Lambda `api`, so there are few. Each group takes along all that its modules depend on, so that none
 * depends on one further down: the libraries of the start, which change rarely; what most pages are made of; fields and menus.
 */
const CHUNKS = [
  { name: 'libraries', tags: ['$initial' as const], test: /[\\/]node_modules[\\/]/, priority: 3 },
  {
    name: 'console',
    test: /[\\/]src[\\/](app|ui|lib|api|webhooks)[\\/][^\\/]+\.tsx?$|[\\/]node_modules[\\/]@tanstack[\\/]/,
    priority: 2,
  },
  { name: 'fields', test: /[\\/]node_modules[\\/]@mantine[\\/](core|form|hooks)[\\/]/, priority: 1 },
];

export default defineConfig(({ command }) => ({
  // Built files name one another relatively: the console runs below any path.
  base: command === 'build' ? './' : BASE,
  plugins: [
    react(),
    mantine(),
    html(),
    serve(),
    budget('/overview/OverviewPage.tsx', FIRST_PAGE_LIMIT_BYTES),
    compress(),
    notices(),
  ],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What is in the bundles has licences that want to be named.
    license: { fileName: 'licenses.txt' },
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: CHUNKS },
        // Groups are named after all pages that use them.
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
      },
    },
  },
  server: { host: '127.0.0.1', proxy: proxy(apiUrl()) },
  preview: { host: '127.0.0.1', proxy: proxy(apiUrl()) },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
}));
