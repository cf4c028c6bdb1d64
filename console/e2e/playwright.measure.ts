import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Measures how fast the console is: `npm run measure`, on a stack without authentication and an otherwise idle machine. */
export default defineConfig({
  ...tests,
  testDir: './measure',
  outputDir: '../../target/console/e2e/measure',
  reporter: [['line']],
  workers: 1,
  timeout: 300_000,
  use: { ...tests.use, trace: 'off' },
});
