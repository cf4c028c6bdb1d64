import { writeFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import type { Api, Webhook } from '../harness/api';
import { expect, test } from '../harness/test';

const RUNS = 10;
const ROWS = 100;
const FILE = '../../target/console/figures.json';

test('first contentful paint, an events page of 100 rows, and what is loaded for them', async ({
  browser,
  api,
  webhook,
  baseURL,
}) => {
  await fill(api, webhook);
  const overview = `${baseURL}`;
  const events = `${baseURL}webhooks/${webhook.config_id}?tab=events`;
  const figures = {
    chromium: browser.version(),
    runs: RUNS,
    first_page: { ...(await measured(browser, overview, paint)), ...(await loaded(browser, overview)) },
    events_of_100_rows: { ...(await measured(browser, events, rows)), ...(await loaded(browser, events)) },
    events_of_100_rows_from_the_cache: await measured(browser, events, rows, { warm: true }),
  };
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
});

/** As many events as fill the page. */
async function fill(api: Api, webhook: Webhook): Promise<void> {
  for (let done = 0; done < ROWS; done += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, order) => api.trigger(webhook, { order: done + order })));
  }
}

/** Milliseconds from the start of the navigation until `end` says so; each run with an empty cache, or else with a filled one. */
async function measured(
  browser: Browser,
  url: string,
  end: (page: Page) => Promise<number>,
  { warm = false } = {},
): Promise<{ median_ms: number; max_ms: number }> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    if (warm) {
      await page.goto(url);
      await end(page);
      await page.goto('about:blank');
    }
    await page.goto(url);
    times.push(Math.round(await end(page)));
    await context.close();
  }
  times.sort((a, b) => a - b);
  return { median_ms: times[RUNS / 2] ?? 0, max_ms: times.at(-1) ?? 0 };
}

function paint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0];
          if (entry) resolve(entry.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
}

/** Until all rows are in the page and it has been painted with them. */
async function rows(page: Page): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelectorAll('tbody tr').length < wanted) requestAnimationFrame(look);
          else requestAnimationFrame(() => resolve(performance.now()));
        };
        look();
      }),
    ROWS,
  );
}

/** Files and bytes that came over the wire, compressed as they were; without the API's answers. */
async function loaded(browser: Browser, url: string): Promise<{ files: number; bytes: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .map((entry) => entry as PerformanceResourceTiming)
      .filter(({ name, entryType }) => entryType === 'navigation' || name.includes('/console/'))
      .map(({ encodedBodySize }) => encodedBodySize),
  );
  await context.close();
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
