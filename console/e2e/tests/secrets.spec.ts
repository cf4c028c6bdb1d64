import { createHmac } from 'node:crypto';
import type { Received } from '../harness/receiver';
import { expect, test } from '../harness/test';

/** The signatures that a receiver who knows this secret takes (Standard Webhooks 1.0.0). */
function signedBy(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${signature}`);
}

test('a rotated secret is shown once, and signs beside the old one', async ({ page, api, webhook, receiver }) => {
  const old = webhook.signing?.secret ?? '';
  await page.goto(`webhooks/${webhook.config_id}?tab=verify`);
  expect(await page.content()).not.toContain(old);
  await page.getByRole('button', { name: 'Rotate the secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
  const once = page.getByRole('dialog', { name: `Signing secret of “${webhook.name}”` });
  const secret = await once.getByRole('textbox', { name: 'Signing secret', exact: true }).inputValue();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await once.getByRole('button', { name: 'Copy the secret' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await once.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(once).toBeHidden();
  expect(await page.content()).not.toContain(secret);

  await api.trigger(webhook);
  const [request] = receiver.requests;
  if (!request) throw new Error('nothing arrived');
  expect(signedBy(secret, request)).toBe(true);
  expect(signedBy(old, request)).toBe(true);
});
