import { expectLoaded } from '../harness/axe';
import { test } from '../harness/test';
import { makeWorld, PAGES } from '../harness/world';

const FOLDER = '../../target/console/screenshots';
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

test('every page, wide and narrow, light and dark', async ({ page, api, receiver }) => {
  test.setTimeout(300_000);
  const world = await makeWorld(api, receiver);
  for (const [name, path] of Object.entries(PAGES)) {
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path(world));
    await expectLoaded(page);
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const file = `${name.replace(/\W+/g, '-')}-${viewport.width}-${colorScheme}.png`;
        await page.screenshot({ path: `${FOLDER}/${file}`, fullPage: true, animations: 'disabled' });
      }
    }
  }
});
