import { isIP } from 'node:net';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodeProfileEvent } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { playerIdOf, profileStream } from '../../../shared/ids/streams.js';
import type { FtMapping, FtMessage } from './ft-message.js';

export type MessagesOptions = {
  readonly mapping: FtMapping;
  readonly origin: string;
  readonly store: Pick<EventStore, 'readStream'>;
};

/**
 * What Fast Track hears of an event. The address of a registration is no part of the event, for events are kept for
 * ever: it is read when it is sent, and left out once the person is forgotten.
 */
export function createMessagesOf({ mapping, origin, store }: MessagesOptions) {
  return async (event: Decoded<PlayerEvent>): Promise<readonly FtMessage[]> => {
    const ipAddress = event.type === 'PlayerRegistered' ? await ipAddressOf(store, event.stream) : undefined;
    return mapping(event, { origin, ipAddress });
  };
}

async function ipAddressOf(store: MessagesOptions['store'], stream: string): Promise<string | undefined> {
  for await (const stored of store.readStream(profileStream(playerIdOf(stream)), { maxCount: 1 })) {
    const profile = decodeProfileEvent(stored);
    // What is no address would be refused, and the player's lane would stand still for it.
    if (profile.type === 'ProfileCreated' && isAddress(profile.data.ip_address)) return profile.data.ip_address;
  }
  return undefined;
}

/** Without a zone ("%eth0"): that is of our machine, and no part of the address elsewhere. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}
