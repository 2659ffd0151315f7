import { isIP } from 'node:net';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodeProfileEvent } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { playerIdOf, profileStream } from '../../../shared/ids/streams.js';
import type { BonusFactsOf } from './bonus-facts.js';
import type { FtContext, FtMapping, FtMessage } from './ft-message.js';

export type MessagesOptions = {
  readonly mapping: FtMapping;
  readonly origin: string;
  readonly store: Pick<EventStore, 'readStream'>;
  /** Left out where the dialect does not ask. */
  readonly bonusFactsOf?: BonusFactsOf | undefined;
};

type OfRegistration = Pick<FtContext, 'ipAddress' | 'userAgent'>;

const FORGOTTEN: OfRegistration = { ipAddress: undefined, userAgent: undefined };

/**
 * What Fast Track hears of an event. Address and user agent of a registration are no part of the event, for events
 * are kept for ever: they are read when they are sent, and left out once the person is forgotten.
 */
export function createMessagesOf({ mapping, origin, store, bonusFactsOf }: MessagesOptions) {
  return async (event: Decoded<PlayerEvent>): Promise<readonly FtMessage[]> => {
    const registration = event.type === 'PlayerRegistered' ? await registrationOf(store, event.stream) : FORGOTTEN;
    return mapping(event, { origin, ...registration, bonus: await bonusFactsOf?.(event) });
  };
}

async function registrationOf(store: MessagesOptions['store'], stream: string): Promise<OfRegistration> {
  for await (const stored of store.readStream(profileStream(playerIdOf(stream)), { maxCount: 1 })) {
    const profile = decodeProfileEvent(stored);
    if (profile.type !== 'ProfileCreated') continue;
    const { ip_address, user_agent } = profile.data;
    return {
      // What is no address would be refused, and the player's lane would stand still for it.
      ipAddress: isAddress(ip_address) ? ip_address : undefined,
      userAgent: user_agent === '' ? undefined : user_agent,
    };
  }
  return FORGOTTEN;
}

/** Without a zone ("%eth0"): that is of our machine, and no part of the address elsewhere. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}
