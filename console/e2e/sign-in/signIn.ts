import { expect, type Page } from '@playwright/test';

/** Signs in from the page that is shown: to the issuer, which takes any password, and back. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

/** The console asks who is there. */
export async function expectSignInPage(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in to Hookstep', level: 1 })).toBeVisible();
}
