import { expect, test } from '../harness/test';

test('a list is as its address says, in the zone of the viewer', async ({ page, api, webhook, receiver }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { retry_policy: { max_retries: 0 } });
  const correlation = `cart-${crypto.randomUUID()}`;
  const found = await api.trigger(webhook, { order: 1 }, { 'x-correlation-id': correlation });
  receiver.answer({ status: 500 });
  const failed = await api.trigger(webhook, { order: 2 });

  await page.goto(`webhooks/${webhook.config_id}?tab=events&status=failed`);
  const rows = page.getByRole('table', { name: 'Events' }).getByRole('row');
  await expect(rows.filter({ hasText: failed.event_id })).toBeVisible();
  await expect(rows.filter({ hasText: found.event_id })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Succeeded' }).click();
  await expect(page).toHaveURL(/status=succeeded/);
  await expect(rows.filter({ hasText: found.event_id })).toBeVisible();
  await expect(rows.filter({ hasText: failed.event_id })).toHaveCount(0);

  // Across webhooks, by what the caller called it.
  await page.goto(`events?correlation_id=${correlation}`);
  await expect(rows.filter({ hasText: found.event_id })).toBeVisible();
  await expect(rows).toHaveCount(2);
  await rows.getByRole('link').click();
  const created_at = new Date((await api.event(webhook, found.event_id)).created_at);
  const moment = page.locator(`time[datetime="${created_at.toISOString()}"]`).first();
  const there = created_at.toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' });
  await expect(moment).toContainText(there.slice(0, 5));
});

test('what waits is tried now, or canceled', async ({ page, api, webhook, receiver }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { retry_policy: { max_retries: 3, schedule_seconds: [3600] } });
  receiver.answer({ status: 503, headers: { 'content-type': 'application/json' }, body: '{"why":"busy"}' });
  const { event_id } = await api.accept(webhook);
  await page.goto(`webhooks/${webhook.config_id}/events/${event_id}`);
  await expect(page.getByText('Attempt 1: Rejected (HTTP 503)')).toBeVisible();
  await expect(page.getByText(/^Attempt 2 is due/)).toBeVisible();
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByText('Attempt 2: Rejected (HTTP 503)')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the event' }).click();
  await expect(page.getByText('Somebody canceled the event')).toBeVisible();
  expect(receiver.requests).toHaveLength(2);
});

test('an event is taken along as a curl command', async ({ page, api, webhook }) => {
  const { event_id } = await api.trigger(webhook, { quote: "it's" });
  await page.goto(`webhooks/${webhook.config_id}/events/${event_id}`);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  const command = page.getByRole('dialog', { name: 'Copy as curl' });
  await expect(command).toContainText('curl --');
  await expect(command).toContainText(`--header 'webhook-id: ${event_id}'`);
  await expect(command).toContainText(`--data-raw '{"quote":"it'\\''s"}'`);
});

test('a large answer is taken by a download', async ({ page, api, webhook, receiver }) => {
  const body = JSON.stringify({ text: 'x'.repeat(20_000) });
  receiver.answer({ status: 200, headers: { 'content-type': 'application/json' }, body });
  const { event_id } = await api.trigger(webhook);
  await page.goto(`webhooks/${webhook.config_id}/events/${event_id}`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /Download/ }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe(body);
});
