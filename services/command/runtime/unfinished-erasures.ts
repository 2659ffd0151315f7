import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Erasure } from './erasure.js';
import { createTurns, type Turns } from './turns.js';

/** A player that the read model knows to be forgotten; `position` is that of the event, in the order of the store. */
export type ForgottenPlayer = { readonly playerId: PlayerId; readonly position: bigint };

/** Forgotten players after a position, in the order of positions, at most `limit`. @throws when Postgres is away. */
export type FindForgotten = (after: bigint | undefined, limit: number) => Promise<readonly ForgottenPlayer[]>;

const TURN_MS = 30_000;
const BATCH = 100;

/**
 * Finishes what a crash left between `PlayerForgotten` and the last deletion. A process looks at everybody who was ever
 * forgotten once, at its start, and from then on only at those who come after: what is deleted stays deleted.
 */
export function createErasureFollower(
  findForgotten: FindForgotten,
  erasure: Pick<Erasure, 'finish'>,
  options: { readonly logger: Logger; readonly nowMs: () => number; readonly turnMs?: number },
): Turns {
  const { logger, nowMs, turnMs = TURN_MS } = options;
  let after: bigint | undefined;
  /** Looked at, and could not be finished. */
  const unfinished = new Set<PlayerId>();
  return createTurns(turn, turnMs);

  async function turn(): Promise<void> {
    try {
      for (const playerId of [...unfinished]) await finish(playerId);
      for (;;) {
        const found = await findForgotten(after, BATCH);
        for (const { playerId, position } of found) {
          await finish(playerId);
          after = position;
        }
        if (found.length < BATCH) return;
      }
    } catch (error) {
      logger.warn({ err: error }, 'what is left of forgotten players waits: the event store or the read model is away');
    }
  }

  /** One that cannot be finished does not keep the others from it. @throws StoreUnavailable: then nobody's turn comes. */
  async function finish(playerId: PlayerId): Promise<void> {
    const now = new Date(nowMs()).toISOString();
    const id = randomUUID();
    const context = { now, correlationId: id, causationId: id, actor: 'system:erasure' };
    try {
      if (await erasure.finish(playerId, context))
        logger.info({ playerId }, 'what was left of a forgotten player is deleted');
      unfinished.delete(playerId);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      unfinished.add(playerId);
      logger.error({ err: error, playerId }, 'a forgotten player could not be erased; it is tried again');
    }
  }
}
