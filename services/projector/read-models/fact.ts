import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodePlayerEvent, decodeProfileEvent, NewerEvent } from '../../../shared/events/codec.js';
import { isIntact } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { ProfileEvent } from '../../../shared/events/profile-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { PLAYER_STREAMS, playerIdOf } from '../../../shared/ids/streams.js';

/** An event that was read, found intact and understood. */
export type Fact = {
  readonly stored: StoredEvent;
  readonly playerId: PlayerId;
  readonly prevHash: string;
  readonly hash: string;
} & (
  | { readonly of: 'player'; readonly event: Decoded<PlayerEvent> }
  | { readonly of: 'profile'; readonly event: Decoded<ProfileEvent> }
);

/** The history is not what it must be: whoever goes on past it skips a fact, so the projector stops. */
export class BrokenHistory extends Error {
  override readonly name = 'BrokenHistory';
}

/** @throws BrokenHistory when the event was changed after it was written, or cannot be understood; NewerEvent */
export function readFact(stored: StoredEvent): Fact {
  const place = `${stored.stream}@${stored.revision}`;
  try {
    if (!isIntact(stored)) throw new BrokenHistory(`${place}: its hash or id is not what its content says`);
    const playerId = playerIdOf(stored.stream);
    if (stored.stream.startsWith(PLAYER_STREAMS)) {
      const event = decodePlayerEvent(stored);
      return { of: 'player', stored, playerId, event, prevHash: event.metadata.prevHash, hash: event.metadata.hash };
    }
    const event = decodeProfileEvent(stored);
    return { of: 'profile', stored, playerId, event, prevHash: event.metadata.prevHash, hash: event.metadata.hash };
  } catch (error) {
    if (error instanceof BrokenHistory || error instanceof NewerEvent) throw error;
    throw new BrokenHistory(`${place}: cannot be read`, { cause: error });
  }
}
