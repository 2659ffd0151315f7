import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openChromium } from './chromium.js';

/** A busy machine takes its time, and a test that fails waits for it once. */
const WAIT_MS = 60_000;

export type WatchedPage = {
  readonly page: Page;
  /** Whatever a page must never do: errors, scripts that threw, what its policy forbade. */
  readonly complaints: readonly string[];
  /** What axe finds serious in the page as it is now, in words. */
  seriousFlaws(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** A page of a browser of its own, with an ear on what it complains about. */
export async function watchedPage(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const browser = await openChromium();
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`a script threw: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return {
    ...{ page, complaints },
    async seriousFlaws() {
      // Through the debugger, since the page's policy lets no script of ours in.
      await page.evaluate(axe);
      const flaws: unknown = await page.evaluate(
        `axe.run().then(({ violations }) => violations
           .filter(({ impact }) => impact === 'serious' || impact === 'critical')
           .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
      );
      return flaws as readonly string[];
    },
    close: () => browser.close(),
  };
}
