import { setTimeout as sleep } from 'node:timers/promises';

const PROBE_TIMEOUT_MS = 1_000;

/** Why a server cannot be used, in words for an operator; undefined when it answers. One that hangs is one that is away. */
export async function faultOfProbe(ask: () => Promise<unknown>): Promise<string | undefined> {
  const giveUp = new AbortController();
  const late = sleep(PROBE_TIMEOUT_MS, 'does not answer', { signal: giveUp.signal }).catch(() => undefined);
  const answer = ask().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const fault = await Promise.race([answer, late]);
  giveUp.abort();
  return fault;
}
