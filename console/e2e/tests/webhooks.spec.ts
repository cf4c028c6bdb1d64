import { expect, test } from '../harness/test';

test('from the list a webhook is found, tested, disabled, enabled and deleted', async ({
  page,
  api,
  webhook,
  receiver,
}) => {
  await api.webhook(receiver);
  await page.goto('webhooks');
  await page.getByRole('textbox', { name: 'Search' }).fill(webhook.name);
  const rows = page
    .getByRole('table', { name: 'Webhooks' })
    .getByRole('row')
    .filter({ has: page.getByRole('link') });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(webhook.name);
  await expect(page).toHaveURL(/[?&]q=/);
  const act = async (name: string) => {
    await page.getByRole('button', { name: `Actions for ${webhook.name}` }).click();
    await page.getByRole('menuitem', { name }).click();
  };

  await act('Test');
  await page.getByRole('button', { name: 'Send the test event' }).click();
  await expect(page.getByRole('dialog').getByText('The receiver took it')).toBeVisible();
  expect(receiver.requests).toHaveLength(1);
  await page.keyboard.press('Escape');

  await act('Disable');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(rows).toContainText('Disabled');
  await act('Enable');
  await expect(rows).toContainText('Active');

  await act('Delete');
  const question = page.getByRole('dialog', { name: 'Delete this webhook?' });
  await expect(question.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await question.getByRole('textbox').fill(webhook.name);
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No webhook is like that')).toBeVisible();
});

test('a webhook tells how it does: counts, rate, latency, why, and who changed it', async ({
  page,
  api,
  webhook,
  receiver,
}) => {
  await Promise.all([1, 2, 3].map((order) => api.trigger(webhook, { order })));
  receiver.answer({ status: 500 });
  await api.trigger(webhook);
  await api.patch(`/webhook/${webhook.config_id}`, { description: 'changed' });
  // Statistics are a moment behind the rows.
  await expect
    .poll(() => api.call<{ totals: object }>('GET', `/webhook/${webhook.config_id}/stats`).then(({ totals }) => totals))
    .toMatchObject({ accepted: 4, succeeded: 3, failed: 1 });

  await page.goto(`webhooks/${webhook.config_id}`);
  const tile = (name: string) => page.getByRole('term').filter({ hasText: name }).locator('..');
  await expect(tile('Success rate')).toContainText('75');
  await expect(tile('Failed')).toContainText('1');
  await expect(page.getByRole('img', { name: /^Events: / })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Time to answer: / })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Why events were not delivered' })).toContainText(/rejected/);
  await page.getByText('The figures as a table').click();
  await expect(page.getByRole('table', { name: 'Statistics' }).getByRole('row')).toHaveCount(2);

  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page).toHaveURL(/tab=history/);
  await expect(page.getByRole('table', { name: 'History' }).getByRole('row')).toHaveCount(3);
  await page.goBack();
  await expect(tile('Success rate')).toBeVisible();
});

test('the overview names the webhook that a receiver has given up, and enables it again', async ({
  page,
  api,
  webhook,
  receiver,
}) => {
  // Gone, says the receiver, and Hookstep disables the webhook.
  receiver.answer({ status: 410 });
  await api.trigger(webhook);
  await page.goto('.');
  const row = page
    .getByRole('table', { name: 'Webhooks that need attention' })
    .getByRole('row')
    .filter({ hasText: webhook.name });
  await expect(row).toContainText('Auto-disabled');
  await row.getByRole('button', { name: `Enable ${webhook.name}` }).click();
  await expect(row).toHaveCount(0);
  const { status } = await api.call<{ status: string }>('GET', `/webhook/${webhook.config_id}`);
  expect(status).toBe('active');
});
