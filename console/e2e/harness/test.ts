import { randomUUID } from 'node:crypto';
import { test as base, expect } from '@playwright/test';
import { Api, type Webhook } from './api';
import { Faults } from './faults';
import { Receiver } from './receiver';
import { runningStack, type Stack } from './stack';

export { expect } from '@playwright/test';

/** What every test has, beside a page that is watched for faults. */
interface Fixtures {
  stack: Stack;
  /** The tenant that the test works as: one of its own, where the stack has tenants. */
  tenant: string;
  api: Api;
  receiver: Receiver;
  /** One that goes to `receiver`, of a name of its own. */
  webhook: Webhook;
  /** What the test's page must not do; a test fails with any that it has not announced. */
  faults: Faults;
}

export const test = base.extend<Fixtures>({
  stack: async ({}, use) => use(runningStack()),
  tenant: async ({}, use) => use(`t${randomUUID().slice(0, 8)}`),
  api: async ({ stack, tenant }, use) => use(new Api(stack, tenant)),
  receiver: async ({}, use) => {
    const receiver = await Receiver.start();
    await use(receiver);
    receiver.stop();
  },
  webhook: async ({ api, receiver }, use) => use(await api.webhook(receiver)),
  faults: [
    async ({ page, stack }, use) => {
      const faults = new Faults();
      await faults.watch(page, new URL(stack.console_url).origin);
      await use(faults);
      expect(faults.take(), 'what the page must not do').toEqual([]);
    },
    { auto: true },
  ],
});
