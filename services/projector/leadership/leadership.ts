import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../shared/telemetry/log.js';
import { createBackoff } from '../backoff.js';
import type { Lease } from './lease.js';

export type Role = 'active' | 'standby';

export type LeadershipOptions = {
  readonly lease: Lease;
  /** What the active one does, until the signal aborts. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Called again and again while somebody else is active. */
  readonly onStandby: () => void;
  readonly onRole: (role: Role) => void;
  /** The lease cannot be asked for. */
  readonly onFault: (error: unknown) => void;
  readonly logger: Logger;
  readonly timing?: Partial<LeadershipTiming>;
};

export type LeadershipTiming = {
  readonly renewEveryMs: number;
  readonly askEveryMs: number;
};

/** A lease outlives three renewals that did not come, and a standby starts within 3 s of the last that did. */
export const LEASE_MS = 2_000;
const TIMING: LeadershipTiming = { renewEveryMs: 500, askEveryMs: 250 };

/** Stands by until the lease is free, works while it is held, stands by again when it is lost; until the signal aborts. */
export async function lead(options: LeadershipOptions, signal: AbortSignal): Promise<void> {
  const { lease, work, onRole, logger } = options;
  const timing = { ...TIMING, ...options.timing };
  for (let isStart = true; !signal.aborted; isStart = false) {
    onRole('standby');
    const epoch = await standBy(options, timing.askEveryMs, isStart, signal);
    if (epoch === undefined) return;
    logger.info({ epoch: String(epoch) }, 'this projector is the active one');
    onRole('active');
    const lost = new AbortController();
    const done = new AbortController();
    const renewing = renew(options, epoch, timing.renewEveryMs, lost, AbortSignal.any([signal, done.signal]));
    await work(AbortSignal.any([signal, lost.signal]));
    done.abort();
    await renewing;
    if (!lost.signal.aborted) await lease.release(epoch).catch((err: unknown) => logger.debug({ err }, 'not released'));
  }
}

/** Answers the epoch once the lease is ours; undefined when told to stop before. */
async function standBy(
  { lease, onStandby, onFault, logger }: LeadershipOptions,
  askEveryMs: number,
  isStart: boolean,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  const backoff = createBackoff();
  let retakeOwn = isStart;
  while (!signal.aborted) {
    try {
      const epoch = await lease.take(retakeOwn);
      if (epoch !== undefined) return epoch;
      if (retakeOwn) logger.info('another projector is active: this one stands by');
      // Two processes under one name would else take it from each other for ever.
      retakeOwn = false;
      backoff.reset();
      onStandby();
      await sleep(askEveryMs, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) return undefined;
      onFault(error);
      await backoff.wait(signal);
    }
  }
  return undefined;
}

/** Only another holder ends our turn: while Postgres cannot be asked nobody can take over, and nothing can be written. */
async function renew(
  { lease, logger }: LeadershipOptions,
  epoch: bigint,
  everyMs: number,
  lost: AbortController,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const isOurs = await lease.renew(epoch).catch((err: unknown) => {
      logger.debug({ err }, 'the lease could not be renewed');
      return true;
    });
    if (!isOurs) {
      logger.warn({ epoch: String(epoch) }, 'another projector has taken over: this one stands by');
      lost.abort();
      return;
    }
  }
}
