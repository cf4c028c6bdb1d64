import { expectAccessible } from '../harness/axe';
import { expect, test } from '../harness/test';
import { expectSignInPage, signIn } from './signIn';

test('a page leads to the issuer and, signed in, back to that page', async ({ page, stack, tenant, webhook }) => {
  await page.goto(`webhooks/${webhook.config_id}?tab=history`);
  await expectSignInPage(page);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);

  const asked = page.waitForRequest((request) => request.url().startsWith(`${stack.jwt?.issuer}/auth?`));
  await signIn(page, `${tenant}.ada`);
  const { searchParams } = new URL((await asked).url());
  expect(searchParams.get('response_type')).toBe('code');
  expect(searchParams.get('code_challenge_method')).toBe('S256');

  await expect(page).toHaveURL(new RegExp(`/webhooks/${webhook.config_id}\\?tab=history$`));
  await expect(page.getByRole('heading', { name: webhook.name, level: 1 })).toBeVisible();
  await expect(page.getByText('ada', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: webhook.name, level: 1 })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('eyJ');
});

test('a webhook of another tenant is not found', async ({ page, webhook, faults }) => {
  faults.expectStatus(404);
  await page.goto(`webhooks/${webhook.config_id}`);
  await signIn(page, 'somebody-else.ada');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/there is no webhook of this id/i);
  await page.getByRole('link', { name: 'Webhooks' }).first().click();
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: webhook.name })).toHaveCount(0);
});

test('who may only read is told so when they change something', async ({ page, tenant, webhook, faults }) => {
  faults.expectStatus(403);
  await page.goto('webhooks');
  await signIn(page, `${tenant}.reader`);
  await page.getByRole('button', { name: `Actions for ${webhook.name}` }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'could not be disabled' })).toContainText('permission');
});

test('when the sign-in has run out, signing in again leads back to the page', async ({
  page,
  tenant,
  webhook,
  faults,
}) => {
  faults.expectStatus(401);
  await page.goto('webhooks');
  // Tokens of this user last seconds.
  await signIn(page, `${tenant}.brief`);
  const link = page.getByRole('link', { name: webhook.name });
  await expect(link).toBeVisible();
  const expired = page.getByRole('dialog', { name: 'Your sign-in has expired' });
  // Whatever asks the API next finds out.
  await expect(async () => {
    if (await expired.isVisible()) return;
    await page.getByRole('link', { name: 'Overview', exact: true }).click({ timeout: 500 });
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click({ timeout: 500 });
    await expect(expired).toBeVisible({ timeout: 500 });
  }).toPass();
  await expectAccessible(page);
  const left = page.url();
  await expired.getByRole('button', { name: 'Sign in' }).click();
  await expect(expired).toBeHidden();
  await expect(page).toHaveURL(left);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a sign-in that nobody asked for is refused', async ({ page }) => {
  await page.goto('sign-in/callback?code=stolen&state=made-up');
  await expectSignInPage(page);
  await expect(page.getByRole('alert')).toContainText('did not sign you in');
  expect(page.url()).not.toContain('stolen');
});

test('signing out ends the session, here and at the issuer', async ({ page, tenant }) => {
  await page.goto('webhooks');
  await signIn(page, `${tenant}.ada`);
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The issuer asks.
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expectSignInPage(page);
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('eyJ');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
});
