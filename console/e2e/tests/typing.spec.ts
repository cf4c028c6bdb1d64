import { expect, test } from '../harness/test';

test('Back asks before what was typed is lost', async ({ page }) => {
  await page.goto('webhooks');
  await page.getByRole('link', { name: 'New webhook' }).first().click();
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('half done');
  const back = () => page.evaluate(() => history.back());
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await back();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(name).toHaveValue('half done');
  await back();
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeVisible();
});

test('Back does not close a secret that is shown once', async ({ page, webhook }) => {
  await page.goto('webhooks');
  await page.getByRole('link', { name: webhook.name }).click();
  await page.getByRole('tab', { name: 'Signatures' }).click();
  await page.getByRole('button', { name: 'Rotate the secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
  const once = page.getByRole('dialog', { name: `Signing secret of “${webhook.name}”` });
  await expect(once).toBeVisible();
  await page.evaluate(() => history.back());
  await expect(once.getByRole('alert')).toContainText('You have not copied it');
  await expect(once.getByRole('textbox', { name: 'Signing secret', exact: true })).toHaveValue(/^whsec_/);
});

test('a search keeps the space between words', async ({ page }) => {
  await page.goto('webhooks');
  const search = page.getByRole('textbox', { name: 'Search' });
  await search.pressSequentially('no ');
  await expect(page).toHaveURL(/[?&]q=no$/);
  await search.pressSequentially('such');
  await expect(page).toHaveURL(/[?&]q=no(\+|%20)such$/);
  await expect(search).toHaveValue('no such');
});

// The order of day and month is the browser's own.
test('dates are typed by keyboard', async ({ page, webhook }) => {
  await page.goto(`webhooks/${webhook.config_id}?tab=events`);
  await page.getByRole('combobox', { name: 'Time' }).click();
  await page.getByRole('option', { name: 'From … to …' }).click();
  const from = page.getByLabel('From (your time)');
  await from.focus();
  await page.keyboard.type('11112026');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1005AM');
  await expect(from).toHaveValue('2026-11-11T10:05');
  await expect(page).toHaveURL(/[?&]from=2026-11-11T04%3A35/);
});

test('long names leave the list as wide as the window', async ({ page, api, webhook }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { event_name: 'n'.repeat(255) });
  await page.goto('webhooks');
  await page.getByRole('textbox', { name: 'Search' }).fill(webhook.name);
  await expect(page.getByRole('button', { name: `Actions for ${webhook.name}` })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('a replay whose answer was lost is not started twice', async ({ page, api, webhook, faults, receiver }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { retry_policy: { max_retries: 0 } });
  receiver.answer({ status: 500 });
  await api.trigger(webhook);
  faults.expectStatus(503);
  let isLost = true;
  await page.route(/\/replay$/, async (route) => {
    const starts = !route.request().postDataJSON().dry_run;
    if (!starts || !isLost) return route.fallback();
    isLost = false;
    await route.fetch();
    await route.fulfill({ status: 503 });
  });
  await page.goto(`webhooks/${webhook.config_id}/replays`);
  await page.getByRole('button', { name: 'Count the events' }).click();
  await page.getByRole('button', { name: 'Replay 1 event' }).click();
  await expect(page.getByRole('alert')).toContainText('pressing again does not start it twice');
  await page.getByRole('button', { name: 'Replay 1 event' }).click();
  await expect(page.getByRole('heading', { name: 'Replay', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: /^Replays of/ }).click();
  await expect(page.getByRole('table', { name: 'Replays' }).getByRole('row')).toHaveCount(2);
});
