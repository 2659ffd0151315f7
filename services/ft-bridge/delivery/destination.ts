import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { BridgeMetrics } from '../bridge-metrics.js';
import type { Backoff } from '../persist.js';
import { type BreakerFailure, type BreakerLimits, createBreaker } from './breaker.js';
import { createRamp } from './ramp.js';

export type DestinationOptions = {
  readonly slots: number;
  readonly backoff: Backoff;
  readonly breaker: BreakerLimits;
  readonly now: () => number;
  /** Ms of a clock that is never set back. */
  readonly steadyNow: () => number;
  readonly onClosed: () => void;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
};

/** What all lanes together know of Fast Track. */
export type Destination = {
  isOpen(): boolean;
  admit(playerId: PlayerId, isNewcomer: boolean): boolean;
  ended(playerId: PlayerId): void;
  succeeded(playerId: PlayerId): void;
  failed(playerId: PlayerId, failure: BreakerFailure): void;
  /** By the wall clock. What was before this process started is not known. */
  tookFromOthersSince(playerId: PlayerId, since: number): boolean;
  slots(): number;
  /** Until more may start than now, though nothing else happens; undefined when only an answer can change that. */
  moreInMs(): number | undefined;
};

const RAMP_STEP_MS = 250;

export function createDestination(options: DestinationOptions): Destination {
  const { now, steadyNow, metrics, logger } = options;
  const breaker = createBreaker(options.backoff, options.breaker);
  const ramp = createRamp(options.slots);
  /** The newest success, and the newest of any other player: enough to know of everyone whether another had one. */
  let newest: { readonly playerId: PlayerId; readonly at: number } | undefined;
  let ofAnother: number | undefined;

  function noteSuccess(playerId: PlayerId): void {
    if (newest !== undefined && newest.playerId !== playerId) ofAnother = newest.at;
    newest = { playerId, at: now() };
  }

  return {
    isOpen: breaker.isOpen,
    admit(playerId, isNewcomer) {
      const probes = breaker.opening()?.probes;
      const admitted = breaker.admit(playerId, isNewcomer, steadyNow());
      if (breaker.opening()?.probes !== probes) metrics.breakerProbes.inc();
      return admitted;
    },
    ended: breaker.ended,
    succeeded(playerId) {
      noteSuccess(playerId);
      ramp.succeeded();
      const at = steadyNow();
      const opening = breaker.opening();
      if (breaker.succeeded(at) === undefined || opening === undefined) return;
      ramp.begin(at);
      logger.info(
        { playerId, forMs: Math.round(at - opening.since), probes: opening.probes },
        'Fast Track answers again: the breaker is closed',
      );
      options.onClosed();
    },
    failed(playerId, failure) {
      if (breaker.failed(playerId, steadyNow(), failure) === undefined) return;
      metrics.breakerOpenings.inc();
      logger.warn({ playerId }, 'Fast Track takes nothing from anybody: the breaker is open, one probe at a time');
    },
    tookFromOthersSince(playerId, since) {
      const at = newest?.playerId === playerId ? ofAnother : newest?.at;
      return at !== undefined && at >= since;
    },
    slots: () => ramp.limit(steadyNow()),
    moreInMs() {
      const probeAt = breaker.nextProbeAt();
      if (probeAt !== undefined) return Math.max(0, probeAt - steadyNow());
      return ramp.isOver() ? undefined : RAMP_STEP_MS;
    },
  };
}
