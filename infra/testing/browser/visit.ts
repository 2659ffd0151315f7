import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

/** One browser window with what went wrong in it. */
export type Visit = {
  readonly page: Page;
  /** Errors in the console, violations of the pages' policy among them, and exceptions that nobody caught. */
  readonly faults: readonly string[];
  /** What axe finds serious or critical in the page as it is now. */
  barriers(): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type VisitOptions = {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  readonly isPhone: boolean;
};

/** A machine that does much besides is slow, not wrong. */
const PATIENCE_MS = 60_000;

export async function openVisit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { width, height, colorScheme, isPhone } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    hasTouch: isPhone,
    // Nothing moves that a picture could catch halfway, and spins take no time.
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  return {
    page,
    faults,
    async barriers() {
      // Through the debugger, since the pages' policy lets no script in that is not theirs.
      await page.evaluate(axe.source);
      const found = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
      )) as readonly axe.Result[];
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
    close: () => context.close(),
  };
}
