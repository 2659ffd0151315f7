import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Message } from '../checker/run-log.js';
import type { Injected } from '../faults/injector.js';
import type { ChaosPlatform } from '../platform/chaos-platform.js';
import { messagesAfter } from './fast-track-log.js';

/** How long it took after a fault had ended until everything worked again; null when it never did while we looked. */
export type Recovery = { readonly injected: Injected; readonly recoveredMs: number | null };

export type RecoveryWatch = {
  /** Begins to look out for the recovery from a fault that has just ended. */
  add(injected: Injected): void;
  /** Ends with the last look-out, or after the grace. */
  finish(graceMs: number): Promise<readonly Recovery[]>;
};

const LOOK_EVERY_MS = 100;
const stamped = z.object({ timestamp: z.string() });

/**
 * Looks until `ending` is aborted. Recovered is when every process that was hit is ready, and Fast Track has answered 200 to something that happened after
 * the fault had ended.
 */
export function watchRecovery(platform: ChaosPlatform, ending: AbortController): RecoveryWatch {
  const over = ending.signal;
  const open: Promise<Recovery>[] = [];
  /** When the newest happening was that Fast Track has confirmed. */
  let confirmed = 0;

  async function follow(): Promise<void> {
    for (let last = 0; !over.aborted; ) {
      const page = (await messagesAfter(platform.fastTrack, last)) ?? [];
      last = page.at(-1)?.n ?? last;
      for (const message of page) if (message.status === 200) confirmed = Math.max(confirmed, happenedAt(message));
      await wait(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
  }

  async function lookOut(injected: Injected): Promise<Recovery> {
    const { endedAt, hit } = injected;
    while (!over.aborted) {
      const ready = await Promise.all(hit.map(platform.isReady));
      if (ready.every(Boolean) && confirmed > endedAt) return { injected, recoveredMs: Date.now() - endedAt };
      await wait(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    return { injected, recoveredMs: null };
  }

  const following = follow();
  return {
    add: (injected) => void open.push(lookOut(injected)),
    async finish(graceMs) {
      const late = setTimeout(() => ending.abort(), graceMs);
      const recoveries = await Promise.all(open);
      clearTimeout(late);
      ending.abort();
      await following;
      return recoveries;
    },
  };
}

/** Every message but the queries carries when its event happened. */
function happenedAt({ body }: Message): number {
  return Date.parse(stamped.safeParse(body).data?.timestamp ?? '') || 0;
}
