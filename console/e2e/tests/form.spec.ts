import { expectAccessible } from '../harness/axe';
import { tabTo } from '../harness/keyboard';
import { expect, test } from '../harness/test';

test('a webhook is made by the keyboard alone', async ({ page, receiver }) => {
  const name = `keys ${crypto.randomUUID().slice(0, 8)}`;
  await page.goto('webhooks');
  await tabTo(page, page.getByRole('link', { name: 'New webhook' }).first());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'New webhook', level: 1 })).toBeFocused();
  await tabTo(page, page.getByRole('textbox', { name: 'Name', exact: true }));
  await page.keyboard.type(name);
  await tabTo(page, page.getByRole('textbox', { name: 'URL', exact: true }));
  await page.keyboard.type(receiver.url);
  await tabTo(page, page.getByRole('button', { name: 'Create the webhook' }));
  await page.keyboard.press('Enter');
  const secret = page.getByRole('dialog', { name: `Signing secret of “${name}”` });
  await expect(secret.getByRole('button', { name: 'Copy the secret' })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await tabTo(page, secret.getByRole('button', { name: 'Close without copying' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, level: 1 })).toBeFocused();
});

test('what the API refuses is told at the field, which has the focus', async ({ page, faults }) => {
  faults.expectStatus(400);
  await page.goto('webhooks/new');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('refused');
  const url = page.getByRole('textbox', { name: 'URL', exact: true });
  await url.fill('http://169.254.169.254/latest');
  await page.getByRole('button', { name: 'Create the webhook' }).click();
  await expect(url).toBeFocused();
  await expect(url).toHaveAttribute('aria-invalid', 'true');
  await expect(url).toHaveAccessibleDescription(/not allowed|may not|public/i);
  await expect(page.getByRole('alert').filter({ hasText: 'One field needs a change' })).toBeVisible();
  await expectAccessible(page);
});

test('a filter is tried while it is written', async ({ page }) => {
  await page.goto('webhooks/new');
  await page.getByRole('textbox', { name: 'Event name', exact: true }).fill('order.created');
  const filter = page.getByRole('textbox', { name: 'Filter', exact: true });
  await filter.fill('{"detail": {"total": [{"numeric": [">=", 100]}]}}');
  const trial = page.getByRole('region', { name: 'Try the filter' });
  const event = trial.getByLabel('Event to try it on');
  const sample = JSON.parse(await event.inputValue());
  await event.fill(JSON.stringify({ ...sample, detail: { total: 120 } }));
  await expect(trial.getByRole('status')).toContainText('This event matches');
  await event.fill(JSON.stringify({ ...sample, detail: { total: 20 } }));
  await expect(trial.getByRole('status')).toContainText('This event does not match');
});

test('of two who edit, the second learns what the first changed and keeps their own', async ({
  page,
  api,
  webhook,
  faults,
}) => {
  faults.expectStatus(412);
  await page.goto(`webhooks/${webhook.config_id}/edit`);
  await page.getByLabel('Description').fill('mine');
  await api.patch(`/webhook/${webhook.config_id}`, { event_name: 'order.theirs' });
  await page.getByRole('button', { name: /^Save/ }).click();
  const conflict = page.getByRole('alert').filter({ hasText: 'was changed while you edited it' });
  await expect(conflict).toContainText('order.theirs');
  await conflict.getByRole('button', { name: 'Take over their changes, keep mine' }).click();
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByRole('heading', { name: webhook.name, level: 1 })).toBeVisible();
  const saved = await api.call('GET', `/webhook/${webhook.config_id}`);
  expect(saved).toMatchObject({ description: 'mine', event_name: 'order.theirs' });
});

test('a stored secret is never shown, kept unless replaced, and asked for anew by a duplicate', async ({
  page,
  api,
  receiver,
}) => {
  const webhook = await api.webhook(receiver, {
    auth: { type: 'api_key', in: 'header', name: 'x-key', value: 'PLANTED5ECRET-of-the-console' },
  });
  await page.goto(`webhooks/${webhook.config_id}/edit`);
  const key = page.getByRole('group', { name: 'Key' });
  await expect(key).toContainText('Set');
  expect(await page.content()).not.toContain('PLANTED5ECRET');
  await page.getByLabel('Description').fill('still with its key');
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByRole('heading', { name: webhook.name, level: 1 })).toBeVisible();
  await api.trigger(webhook);
  expect(receiver.requests[0]?.headers['x-key']).toBe('PLANTED5ECRET-of-the-console');

  await page.goto(`webhooks/new?from=${webhook.config_id}`);
  await expect(page.getByText('Secrets can’t be copied')).toBeVisible();
  await expect(page.getByLabel('Description')).toHaveValue('still with its key');
});

test('what was typed is not lost by a click', async ({ page, webhook }) => {
  await page.goto(`webhooks/${webhook.config_id}/edit`);
  await page.getByLabel('Description').fill('half a sentence');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Events' }).click();
  const question = page.getByRole('dialog');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('half a sentence');
});
