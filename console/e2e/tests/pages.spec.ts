import { Api } from '../harness/api';
import { expectAccessible, expectLoaded } from '../harness/axe';
import { Receiver } from '../harness/receiver';
import { runningStack } from '../harness/stack';
import { test as base, expect } from '../harness/test';
import { makeWorld, PAGES, type World } from '../harness/world';

/** Nothing is changed here, so that a world does for all tests of a worker. */
const test = base.extend<object, { world: World }>({
  world: [
    async ({}, use) => {
      const receiver = await Receiver.start();
      await use(await makeWorld(new Api(runningStack(), 'default'), receiver));
      receiver.stop();
    },
    { scope: 'worker' },
  ],
});

for (const [name, path] of Object.entries(PAGES)) {
  test(`accessible by its own address, in light and dark, wide and narrow: ${name}`, async ({ page, world }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path(world));
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectLoaded(page);
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, 'pixels that a phone has to scroll to the side').toBeLessThanOrEqual(0);
  });
}
