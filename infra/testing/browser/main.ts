import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Platform, startPlatform } from '../../embedded/platform.js';
import { aborted, stopRequest } from '../../embedded/stop-request.js';
import { createChecks } from './checks.js';
import { NoChromium, openChromium } from './chromium.js';
import { playGuide } from './guide.js';
import { openVisit, type VisitOptions } from './visit.js';

/** Both colour schemes are seen, each in one of the sizes. */
const WINDOWS: { readonly [name: string]: VisitOptions } = {
  desktop: { width: 1_280, height: 860, colorScheme: 'light', isPhone: false },
  phone: { width: 390, height: 844, colorScheme: 'dark', isPhone: true },
};

/**
 * `npm run test:browser`: plays the guide in Chromium, on a platform of its own, in a desktop's and a phone's window.
 * `--pictures DIR` keeps what it saw (default `.out/pictures`).
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { pictures: { type: 'string', default: join('.out', 'pictures') } } });
  const stop = stopRequest();
  const browser = await openChromium();
  let platform: Platform | undefined;
  try {
    await mkdir(values.pictures, { recursive: true });
    print('Starting a platform of its own on free ports …');
    platform = await startPlatform({ portBase: 0, signal: stop });
    const { ready } = platform;
    const checks = createChecks(print);
    const since = Date.now();
    await Promise.race([
      aborted(stop),
      (async () => {
        for (const [name, options] of Object.entries(WINDOWS)) {
          const visit = await openVisit(browser, options);
          try {
            await playGuide({ ready, visit, checks, pictures: values.pictures, name });
          } catch (error) {
            // What it looked like when it went wrong, for whoever has to find out why.
            await visit.page.screenshot({ path: join(values.pictures, `${name}-failed.png`) }).catch(() => undefined);
            for (const fault of visit.faults) print(`  ${name}: ${fault}`);
            throw error;
          }
          await visit.close();
        }
      })(),
    ]);
    if (stop.aborted) return 1;
    const seconds = ((Date.now() - since) / 1_000).toFixed(0);
    print(
      checks.failed === 0
        ? `The pages passed: ${checks.made} checks of ${checks.made} hold, in ${seconds} s.`
        : `The pages failed: ${checks.failed} of ${checks.made} checks do not hold.`,
    );
    return checks.failed === 0 ? 0 : 1;
  } finally {
    await browser.close();
    await platform?.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    print(
      error instanceof NoChromium
        ? `The pages could not be tested: ${error.message}.`
        : `The pages failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  },
);
