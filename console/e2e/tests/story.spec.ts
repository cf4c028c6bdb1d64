import { expect, test } from '../harness/test';
import { HOSTILE } from '../harness/world';

test('a webhook is made, delivers, fails, tells why, and is replayed', async ({ page, api, receiver, faults }) => {
  const name = `story ${crypto.randomUUID().slice(0, 8)}`;
  await page.goto('webhooks');
  await page.getByRole('link', { name: 'New webhook' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'URL', exact: true }).fill(receiver.url);
  await page.getByRole('button', { name: 'Create the webhook' }).click();

  const once = page.getByRole('dialog', { name: `Signing secret of “${name}”` });
  await expect(once.getByRole('textbox', { name: 'Signing secret', exact: true })).toHaveValue(/^whsec_/);
  const secret = await once.getByRole('textbox', { name: 'Signing secret', exact: true }).inputValue();
  await once.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(once.getByRole('alert')).toContainText('You have not copied it');
  await once.getByRole('button', { name: 'Close without copying' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  const config_id = /webhooks\/(wh_\w+)/.exec(page.url())?.[1] ?? '';
  await page.reload();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  expect(await page.content()).not.toContain(secret);

  // The list goes on by itself.
  await page.getByRole('tab', { name: 'Events' }).click();
  const events = page.getByRole('table', { name: 'Events' });
  await expect(page.getByText('No events yet')).toBeVisible();
  const webhook = { config_id, name };
  const good = await api.trigger(webhook, { order: 1 });
  const arrived = events.getByRole('row').filter({ hasText: good.event_id });
  await expect(arrived).toContainText('Succeeded');
  expect(receiver.requests[0]?.body).toBe('{"order":1}');

  await api.patch(`/webhook/${config_id}`, { retry_policy: { max_retries: 0 } });
  receiver.answer({ status: 422, headers: { 'content-type': 'text/html' }, body: HOSTILE });
  const bad = await api.trigger(webhook, { order: 2 });
  await events.getByRole('link').filter({ hasText: bad.event_id }).click();
  await expect(page.getByRole('status').getByText('The receiver answered 422')).toBeVisible();
  // What the receiver would like to be a part of the page is text.
  await expect(page.getByText('<img src=x onerror=')).toBeVisible();
  await expect(page.locator('main img, main script')).toHaveCount(0);

  receiver.answer({ status: 200 });
  // The row of the new event is written after its id is known.
  faults.expectStatus(404);
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay the event' }).click();
  await expect(page).not.toHaveURL(new RegExp(bad.event_id));
  await expect(page.getByRole('status').getByText('The receiver took the event')).toBeVisible();
  expect(receiver.requests.map(({ body }) => body)).toEqual(['{"order":1}', '{"order":2}', '{"order":2}']);
});
