import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits until the fact holds, and answers what it found. @throws Error naming the fact after the timeout */
export async function until<T>(
  fact: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms: ${fact}`);
    await delay(POLL_MS);
  }
}
