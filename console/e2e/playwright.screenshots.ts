import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Takes a picture of every page: `npm run screenshots`, on a stack without authentication. */
export default defineConfig({
  ...tests,
  testDir: './screenshots',
  outputDir: '../../target/console/e2e/screenshots',
  reporter: [['line']],
  use: { ...tests.use, trace: 'off' },
});
