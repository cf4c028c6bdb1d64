import { expect, test } from '../harness/test';

const OVERRIDE = '\u202e';

test('a receiver cannot show its answer in another order than it has', async ({ page, api, webhook, receiver }) => {
  receiver.answer({
    status: 422,
    headers: { 'content-type': 'text/plain', 'x-note': 'a b' },
    body: `txt${OVERRIDE}exe.`,
  });
  await api.patch(`/webhook/${webhook.config_id}`, { retry_policy: { max_retries: 0 } });
  const { event_id } = await api.trigger(webhook, { order: 1 });
  await page.goto(`webhooks/${webhook.config_id}/events/${event_id}`);
  const answer = page.getByRole('region', { name: 'the answer to attempt 1' });
  await expect(answer).toHaveText('txtU+202Eexe.');
});

test('a name cannot turn the words around it', async ({ page, api, webhook }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { name: `${OVERRIDE}txt.exe` });
  await page.goto(`webhooks/${webhook.config_id}/edit`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Edit [U+202E]txt.exe');
});

test('a value that was typed as a secret stays one when its header gets another name', async ({ page }) => {
  await page.goto('webhooks/new');
  await page.getByRole('button', { name: 'Add a header' }).click();
  const name = page.getByRole('textbox', { name: 'Header 1: name' });
  await name.fill('authorization');
  const value = page.getByLabel('Header 1: value');
  await value.fill('Bearer one');
  await name.fill('x-plain');
  await expect(page.getByRole('checkbox', { name: 'Header 1: secret' })).toBeChecked();
  await expect(value).toHaveAttribute('type', 'password');
});
