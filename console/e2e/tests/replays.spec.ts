import { expect, test } from '../harness/test';

/** Some rounds of a replay at one event a second. */
const EVENTS = 12;

test('many events are counted, replayed, and stopped on the way', async ({ page, api, webhook, receiver }) => {
  await api.patch(`/webhook/${webhook.config_id}`, { retry_policy: { max_retries: 0 } });
  receiver.answer({ status: 500 });
  await Promise.all(Array.from({ length: EVENTS }, (_, order) => api.trigger(webhook, { order })));
  receiver.answer({ status: 200 });

  await page.goto(`webhooks/${webhook.config_id}/replays`);
  await page.getByLabel('Events a second, at most').fill('1');
  await page.getByRole('button', { name: 'Count the events' }).click();
  await expect(page.getByText(`${EVENTS} events would be sent again`)).toBeVisible();
  await page.getByRole('button', { name: `Replay ${EVENTS} events` }).click();
  await expect(page.getByRole('heading', { name: 'Replay', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100');
  await expect.poll(() => receiver.requests.length).toBe(2 * EVENTS);
  await page.getByRole('link', { name: /^Replays of/ }).click();
  await expect(page.getByRole('table', { name: 'Replays' }).getByRole('row')).toHaveCount(2);
});

test('chosen events are replayed together', async ({ page, api, webhook, receiver }) => {
  const events = await Promise.all([1, 2, 3].map((order) => api.trigger(webhook, { order })));
  await page.goto(`webhooks/${webhook.config_id}?tab=events`);
  for (const { event_id } of events.slice(0, 2)) {
    await page.getByRole('checkbox', { name: `Choose event ${event_id}` }).check();
  }
  await page.getByRole('button', { name: 'Replay 2 chosen' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 2 events' }).click();
  await expect(page.getByRole('heading', { name: 'Replay', level: 1 })).toBeVisible();
  await expect.poll(() => receiver.requests.length).toBe(5);
});
