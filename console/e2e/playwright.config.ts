import { defineConfig } from '@playwright/test';
import { chromium } from './harness/chromium.js';
import { runningStack } from './harness/stack';

const stack = runningStack();
const target = process.env.HOOKSTEP_E2E_OUTPUT ?? '../../target/console/e2e';

/** The tests of the console. Which of them run depends on how the stack's callers are authenticated. */
export default defineConfig({
  testDir: stack.auth_mode === 'JWT' ? './sign-in' : './tests',
  outputDir: `${target}/${stack.auth_mode.toLowerCase()}`,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  // Deliveries are real ones, on a machine that has other things to do.
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./harness/totals.ts']],
  use: {
    baseURL: `${stack.console_url.replace(/\/$/, '')}/`,
    // The local issuer's certificate is of the stack's own authority.
    ignoreHTTPSErrors: true,
    locale: 'en-GB',
    // Not UTC: what a page shows is in the viewer's zone.
    timezoneId: 'Asia/Kolkata',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: chromium(),
      // Nothing is asked of the network, and nothing waits for it: the issuer's pages would like a font.
      args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
