import { randomUUID } from 'node:crypto';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import { markDetailsChanged } from '../player/account.js';
import type { Players } from './players.js';
import { createTurns, type Turns } from './turns.js';

/** A profile that is further than its player's stream has said. */
export type UnmarkedDetails = { readonly playerId: PlayerId; readonly profileRevision: number };

/** Such profiles as the read model has them, at most `limit`. @throws when Postgres is away. */
export type FindUnmarkedDetails = (limit: number) => Promise<readonly UnmarkedDetails[]>;

const TURN_MS = 30_000;
const BATCH = 100;

/**
 * Makes up the markers that a crash left out between a profile's data and its `PlayerDetailsChanged`: without one, Fast
 * Track would never hear of the change. What somebody marks meanwhile is marked once.
 */
export function createDetailsMarker(
  findUnmarked: FindUnmarkedDetails,
  players: Players,
  options: { readonly logger: Logger; readonly nowMs: () => number; readonly turnMs?: number },
): Turns {
  const { logger, nowMs, turnMs = TURN_MS } = options;
  return createTurns(turn, turnMs);

  async function turn(): Promise<void> {
    try {
      for (const unmarked of await findUnmarked(BATCH)) await markOne(unmarked);
    } catch (error) {
      logger.warn({ err: error }, 'markers of changed details wait: the read model cannot be read');
    }
  }

  /** One that cannot be marked does not keep the others from it. */
  async function markOne(unmarked: UnmarkedDetails): Promise<void> {
    try {
      await mark(unmarked);
    } catch (error) {
      logger.warn({ err: error, playerId: unmarked.playerId }, 'a marker of changed details waits for its next try');
    }
  }

  async function mark({ playerId, profileRevision }: UnmarkedDetails): Promise<void> {
    const now = new Date(nowMs()).toISOString();
    const id = randomUUID();
    const context = { now, correlationId: id, causationId: id, actor: 'system:details' };
    const { decision, position } = await players.decide(playerId, context, (player) =>
      markDetailsChanged(player, profileRevision),
    );
    if (decision.ok && position !== undefined) logger.info({ playerId, profileRevision }, 'changed details are marked');
  }
}
