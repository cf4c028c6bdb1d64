import { expect, test } from '../harness/test';

test('the keyboard goes past the menu, and a new page has the focus on its heading', async ({ page }) => {
  await page.goto('.');
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Webhooks' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeFocused();
  await expect(page).toHaveTitle('Webhooks · Hookstep');
});

test('the colours are as chosen, also on the next visit', async ({ page }) => {
  const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('.');
  await expect.poll(scheme).toBe('light');
  await page.getByRole('radio', { name: 'As the system' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(scheme).toBe('dark');
  await page.reload();
  await expect.poll(scheme).toBe('dark');
  await page.getByRole('radio', { name: 'Dark' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(scheme).toBe('light');
});

test('a phone has the pages in a menu', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('events');
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Webhooks' }).click();
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('what is no page says so and leads on', async ({ page }) => {
  await page.goto('no/such/page');
  await expect(page.getByRole('heading', { name: 'There is no such page', level: 1 })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Go to the overview' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
});

test('an API that is down is told, and asked again', async ({ page, faults, webhook }) => {
  faults.expectStatus(503);
  let isDown = true;
  await page.route(/\/webhook(\?|$)/, (route) => (isDown ? route.fulfill({ status: 503 }) : route.fallback()));
  await page.goto('webhooks');
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toBeVisible();
  isDown = false;
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table', { name: 'Webhooks' }).getByRole('link', { name: webhook.name })).toBeVisible();
});

test('what gets into a page all the same does not run, and nothing leaves for elsewhere', async ({ page, faults }) => {
  await page.goto('.');
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.wasRun = true';
    const image = document.createElement('img');
    image.setAttribute('onerror', 'window.wasRun = true');
    image.src = 'https://elsewhere.example/';
    document.body.append(script, image);
    void fetch('https://elsewhere.example/').catch(() => undefined);
  });
  let told = '';
  await expect(() => {
    told += faults.take().join('\n');
    for (const directive of ['script-src-elem', 'script-src-attr', 'img-src', 'connect-src']) {
      expect(told).toContain(`policy: ${directive}`);
    }
  }).toPass();
  expect(await page.evaluate(() => 'wasRun' in window)).toBe(false);
});
