import type { Decoded } from '../../../shared/events/codec.js';
import type { Head } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';

/** A player's event on its way to Fast Track: read, and its bytes are what its hash says. */
export type Arrival = {
  readonly playerId: PlayerId;
  readonly event: Decoded<PlayerEvent>;
  /** The event as JSON, as it is kept. */
  readonly body: string;
  readonly position: bigint;
};

export function headOf({ event }: Arrival): Head {
  return { revision: event.revision, hash: event.metadata.hash };
}
