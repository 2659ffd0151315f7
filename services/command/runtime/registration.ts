import { createHmac, randomInt } from 'node:crypto';
import { reject } from '../../../shared/decider/decider.js';
import { type EventStore, RevisionConflict, StreamDeleted } from '../../../shared/event-store/event-store.js';
import { decodeEmailEvent, decodeProfileEvent } from '../../../shared/events/codec.js';
import { type Credential, EMAIL_SCHEMA_VERSION, type EmailEvent } from '../../../shared/events/email-events.js';
import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import { PROFILE_SCHEMA_VERSION, type ProfileEvent } from '../../../shared/events/profile-events.js';
import { PLAYER_ID_MAX, type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { emailStream, playerStream, profileStream } from '../../../shared/ids/streams.js';
import { hashPassword, isPassword } from '../adapters/passwords.js';
import { registerPlayer } from '../player/account.js';
import type { PlayerDecision } from '../player/decision.js';
import { type Players, type RequestContext, TooManyConflicts } from './players.js';
import { appendAt, readWhole } from './streams.js';

export type Registration = {
  readonly profile: Extract<ProfileEvent, { type: 'ProfileCreated' }>['data'];
  readonly password: string;
  readonly idempotencyKey: string | null;
};

export type Registered = { readonly playerId: PlayerId; readonly position: bigint | undefined };

export type Registrar = {
  /**
   * Writes three streams in an order that a crash may cut anywhere: the e-mail's reservation, the profile, the player.
   * A retry with the same password finishes what it finds; only the last append makes the player exist.
   */
  register(registration: Registration, context: RequestContext): Promise<PlayerDecision<Registered>>;
  /** The player of these credentials; undefined when e-mail or password is wrong, or registration was never finished. */
  playerOf(email: string, password: string): Promise<PlayerId | undefined>;
};

/** A reservation this old without its player is void: someone else may take the address. */
const RESERVATION_MS = 10 * 60 * 1000;

/** Random ids collide about never; races for one address are few. */
const ATTEMPTS_MAX = 10;

type Reservation = {
  readonly playerId: PlayerId;
  readonly credential: Credential;
  readonly idempotencyKey: string | null;
  readonly reservedAt: string;
};

export function createRegistrar(store: EventStore, players: Players, emailKey: string): Registrar {
  return { register, playerOf };

  async function register(registration: Registration, context: RequestContext): Promise<PlayerDecision<Registered>> {
    const stream = streamOf(registration.profile.email);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { reservation, head } = await reservationOf(stream);
      const claim = await claimOf(registration, reservation, context.now);
      if (claim === 'taken') return reject({ type: 'EmailTaken' });
      const playerId = claim === 'reserve' ? randomPlayerId() : claim;
      const ours = { ...context, actor: `player:${playerId}` };
      if (claim === 'reserve' && !(await reserve(stream, head, playerId, registration, ours))) continue;
      const profile = await writeProfile(playerId, registration, ours);
      if (profile === undefined) {
        // The random id is somebody's already: draw another, over our own reservation if it still stands.
        const { reservation: standing, head: at } = await reservationOf(stream);
        if (standing?.playerId === playerId) await reserve(stream, at, randomPlayerId(), registration, ours);
        continue;
      }
      const { position } = await players.execute(playerId, ours, (player) =>
        registerPlayer(player, { currency: profile.currency, profileRevision: 0 }),
      );
      return { ok: true, events: [], answer: { playerId, position } };
    }
    throw new TooManyConflicts(`registration lost ${ATTEMPTS_MAX} races in a row`);
  }

  async function playerOf(email: string, password: string): Promise<PlayerId | undefined> {
    const { reservation } = await reservationOf(streamOf(email));
    if (!(await isPassword(password, reservation?.credential)) || reservation === undefined) return undefined;
    return (await exists(playerStream(reservation.playerId))) ? reservation.playerId : undefined;
  }

  /** Whose the address is: `reserve` = free (again), a player id = ours to finish, `taken` = somebody's. */
  async function claimOf(
    { password, idempotencyKey }: Registration,
    reservation: Reservation | undefined,
    now: string,
  ): Promise<'reserve' | 'taken' | PlayerId> {
    if (reservation === undefined) return 'reserve';
    const { playerId, credential, reservedAt } = reservation;
    const ours = await isPassword(password, credential);
    if (await exists(playerStream(playerId))) {
      return ours && idempotencyKey !== null && idempotencyKey === reservation.idempotencyKey ? playerId : 'taken';
    }
    if (ours) return playerId;
    return Date.parse(now) - Date.parse(reservedAt) > RESERVATION_MS ? 'reserve' : 'taken';
  }

  /** False when someone else wrote to the address first. */
  async function reserve(
    stream: string,
    head: Head,
    playerId: PlayerId,
    { password, idempotencyKey }: Registration,
    context: RequestContext,
  ): Promise<boolean> {
    const data = { playerId, credential: await hashPassword(password), idempotencyKey };
    return succeeds(appendAt(store, stream, head, [{ type: 'EmailReserved', data }], EMAIL_SCHEMA_VERSION, context));
  }

  /** The profile that is there and is ours: this one, or a cut attempt's. Undefined when the id is, or was, another's. */
  async function writeProfile(
    playerId: PlayerId,
    { profile }: Registration,
    context: RequestContext,
  ): Promise<Registration['profile'] | undefined> {
    const stream = profileStream(playerId);
    const draft = { type: 'ProfileCreated', data: { ...profile } };
    if (await succeeds(appendAt(store, stream, EMPTY_HEAD, [draft], PROFILE_SCHEMA_VERSION, context))) return profile;
    const { events } = await readWhole(store, stream, decodeProfileEvent);
    const [created] = events;
    const isOurs = created?.type === 'ProfileCreated' && addressOf(created.data.email) === addressOf(profile.email);
    return isOurs ? created.data : undefined;
  }

  async function reservationOf(stream: string): Promise<{ reservation: Reservation | undefined; head: Head }> {
    const { events, head } = await readWhole(store, stream, decodeEmailEvent);
    return { head, reservation: events.reduce<Reservation | undefined>(followEmail, undefined) };
  }

  async function exists(stream: string): Promise<boolean> {
    for await (const _event of store.readStream(stream, { maxCount: 1 })) return true;
    return false;
  }

  function streamOf(email: string): string {
    return emailStream(createHmac('sha256', Buffer.from(emailKey, 'hex')).update(addressOf(email)).digest('hex'));
  }
}

/** One mailbox, however it is written. */
function addressOf(email: string): string {
  return email.toLowerCase();
}

function followEmail(
  before: Reservation | undefined,
  event: EmailEvent & { readonly metadata: { readonly recordedAt: string } },
): Reservation | undefined {
  if (event.type === 'PasswordChanged') {
    return before === undefined ? undefined : { ...before, credential: event.data.credential };
  }
  const playerId = parsePlayerId(event.data.playerId);
  if (playerId === undefined) throw new Error(`an e-mail names the player ${event.data.playerId}`);
  return { ...event.data, playerId, reservedAt: event.metadata.recordedAt };
}

/** False on a lost race. */
async function succeeds(append: Promise<unknown>): Promise<boolean> {
  try {
    await append;
    return true;
  } catch (error) {
    if (error instanceof RevisionConflict || error instanceof StreamDeleted) return false;
    throw error;
  }
}

function randomPlayerId(): PlayerId {
  const playerId = parsePlayerId(String(randomInt(1, PLAYER_ID_MAX + 1)));
  if (playerId === undefined) throw new Error('the random id is out of range');
  return playerId;
}
