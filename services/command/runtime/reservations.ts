import { createHmac } from 'node:crypto';
import { type EventStore, RevisionConflict, StreamDeleted } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodeEmailEvent } from '../../../shared/events/codec.js';
import { type Credential, EMAIL_SCHEMA_VERSION, type EmailEvent } from '../../../shared/events/email-events.js';
import type { Head } from '../../../shared/events/envelope.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { emailStream } from '../../../shared/ids/streams.js';
import type { RequestContext } from './request-context.js';
import { appendAt, readWhole } from './streams.js';

/** Who holds an e-mail address. */
export type Reservation = {
  readonly playerId: PlayerId;
  readonly credential: Credential;
  /** The revision of the stream that set the password; 0 while it is the registration's. */
  readonly passwordRevision: number;
  readonly idempotencyKey: string | null;
  readonly reservedAt: string;
};

/** Where an address is reserved, and by whom it is now, if by anybody. */
export type Place = {
  readonly stream: string;
  readonly head: Head;
  readonly reservation: Reservation | undefined;
};

/** `lost`: someone else wrote first. `deleted`: the address was released for ever meanwhile, in this place. */
export type WriteOutcome = 'written' | 'lost' | 'deleted';

export type Reservations = {
  find(email: string): Promise<Place>;
  reserve(
    place: Pick<Place, 'stream' | 'head'>,
    data: Pick<Reservation, 'playerId' | 'credential' | 'idempotencyKey'>,
    context: RequestContext,
  ): Promise<WriteOutcome>;
  /** The holder's password from now on. Answers the revision that it is known by. */
  changePassword(
    place: Pick<Place, 'stream' | 'head'>,
    credential: Credential,
    context: RequestContext,
  ): Promise<{ readonly outcome: WriteOutcome; readonly passwordRevision: number }>;
  /** Deletes the reservation if this player holds the address: anybody may have it from then on. */
  release(email: string, playerId: PlayerId): Promise<void>;
};

/** The `email-*` streams: named by a keyed hash, so that whoever reads their names learns no address. */
export function createReservations(store: EventStore, emailKey: string): Reservations {
  const key = Buffer.from(emailKey, 'hex');
  return {
    find,
    reserve: ({ stream, head }, { playerId, credential, idempotencyKey }, context) => {
      const data = { playerId, credential, idempotencyKey };
      return outcomeOf(appendAt(store, stream, head, [{ type: 'EmailReserved', data }], EMAIL_SCHEMA_VERSION, context));
    },
    async changePassword({ stream, head }, credential, context) {
      const drafts = [{ type: 'PasswordChanged', data: { credential } }];
      const outcome = await outcomeOf(appendAt(store, stream, head, drafts, EMAIL_SCHEMA_VERSION, context));
      return { outcome, passwordRevision: head.revision + 1 };
    },
    async release(email, playerId) {
      const { stream, reservation } = await find(email);
      // Of an address that a slow registration lost to another one, the other is the holder.
      if (reservation?.playerId === playerId) await store.deleteStream(stream);
    },
  };

  /** A deleted stream is closed for ever, so each time an address was released the next reservation has another name. */
  async function find(email: string): Promise<Place> {
    for (let releases = 0; ; releases += 1) {
      const stream = streamOf(email, releases);
      const { events, head } = await readWhole(store, stream, decodeEmailEvent);
      if (events.length === 0 && (await store.isDeleted(stream))) continue;
      return { stream, head, reservation: events.reduce<Reservation | undefined>(followEmail, undefined) };
    }
  }

  function streamOf(email: string, releases: number): string {
    // No address has a space in it.
    const name = releases === 0 ? addressOf(email) : `${addressOf(email)} ${releases}`;
    return emailStream(createHmac('sha256', key).update(name).digest('hex'));
  }
}

/** One mailbox, however it is written. */
export function addressOf(email: string): string {
  return email.toLowerCase();
}

/** What came of an append that others may have been before. @throws whatever else goes wrong */
export async function outcomeOf(append: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await append;
    return 'written';
  } catch (error) {
    if (error instanceof RevisionConflict) return 'lost';
    if (error instanceof StreamDeleted) return 'deleted';
    throw error;
  }
}

function followEmail(before: Reservation | undefined, event: Decoded<EmailEvent>): Reservation | undefined {
  if (event.type === 'PasswordChanged') {
    return before === undefined
      ? undefined
      : { ...before, credential: event.data.credential, passwordRevision: event.revision };
  }
  const playerId = parsePlayerId(event.data.playerId);
  if (playerId === undefined) throw new Error(`an e-mail names the player ${event.data.playerId}`);
  return { ...event.data, playerId, passwordRevision: 0, reservedAt: event.metadata.recordedAt };
}
