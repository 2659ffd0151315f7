import { access, constants } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

/** Where a system keeps it; `CHROMIUM` names another. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The machine has no browser to test the pages in. */
export class NoChromium extends Error {
  override readonly name = 'NoChromium';
}

/** The system's own Chromium: nothing is downloaded. @throws NoChromium */
export async function openChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM;
  const executablePath = await firstThere(named ? [named] : PLACES);
  if (executablePath === undefined) {
    throw new NoChromium(
      `no Chromium was found${named ? ` at ${named}` : ''}: install it (Debian: apt-get install chromium), or name it in CHROMIUM`,
    );
  }
  // Without its sandbox, which root may not have; the pages are ours. Shared memory is small in containers.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
