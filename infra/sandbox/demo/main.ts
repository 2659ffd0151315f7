import { type Platform, startPlatform } from '../../embedded/platform.js';
import { aborted, stopRequest } from '../../embedded/stop-request.js';
import { playDemo } from './play.js';

/**
 * `npm run demo`: a platform of its own on free ports, the demo, and nothing left behind. `FT_PROFILE=native` plays it
 * in Fast Track's published contract; no other setting of the caller's reaches it.
 */
async function main(): Promise<number> {
  const stop = stopRequest();
  print('Starting a platform of its own on free ports …');
  let platform: Platform | undefined;
  try {
    const { FT_PROFILE } = process.env;
    platform = await startPlatform({ portBase: 0, signal: stop, env: FT_PROFILE ? { FT_PROFILE } : {} });
    const { ok } = await Promise.race([playDemo(platform.ready, print), aborted(stop).then(() => ({ ok: false }))]);
    return ok ? 0 : 1;
  } finally {
    await platform?.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    print(`The demo could not be played: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
