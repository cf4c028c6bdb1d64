import type { Page } from '@playwright/test';

/** The browser's own line for an answer that is an error, which the console has to expect. */
const ANSWERED = /^Failed to load resource: the server responded with a status of (\d{3})/;

/** Everything that a page of the console must not do. What the issuer's pages do is not looked at. */
export class Faults {
  readonly #found: string[] = [];
  readonly #expected = new Set<number>();

  /** The test makes the API answer so. */
  expectStatus(status: number): void {
    this.#expected.add(status);
  }

  /** What was found since this was asked last. */
  take(): string[] {
    return this.#found.splice(0);
  }

  /** Listens to all that the page says while it shows something of this origin. */
  async watch(page: Page, origin: string): Promise<void> {
    const isWatched = () => page.url().startsWith(origin);
    page.on('pageerror', (error) => this.#found.push(`exception: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (!isWatched()) return;
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const status = ANSWERED.exec(message.text())?.[1];
      if (status && this.#expected.has(Number(status))) return;
      this.#found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (isWatched() && url.protocol.startsWith('http') && url.hostname !== '127.0.0.1')
        this.#found.push(`request to ${url.href}`);
    });
    page.on('dialog', (dialog) => {
      this.#found.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.exposeBinding('reportViolation', (_, violation: string) => this.#found.push(`policy: ${violation}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report: unknown = Reflect.get(window, 'reportViolation');
        if (typeof report === 'function')
          report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
  }
}
