import { randomInt } from 'node:crypto';
import { reject } from '../../../shared/decider/decider.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { decodeProfileEvent } from '../../../shared/events/codec.js';
import { EMPTY_HEAD } from '../../../shared/events/envelope.js';
import { PROFILE_SCHEMA_VERSION, type ProfileEvent } from '../../../shared/events/profile-events.js';
import { PLAYER_ID_MAX, type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { playerStream, profileStream } from '../../../shared/ids/streams.js';
import type { Passwords } from '../adapters/passwords.js';
import { registerPlayer } from '../player/account.js';
import type { PlayerDecision } from '../player/decision.js';
import { type Players, TooManyConflicts } from './players.js';
import type { RequestContext } from './request-context.js';
import {
  addressOf,
  outcomeOf,
  type Place,
  type Reservation,
  type Reservations,
  type WriteOutcome,
} from './reservations.js';
import { appendAt, readWhole } from './streams.js';

export type Registration = {
  readonly profile: Extract<ProfileEvent, { type: 'ProfileCreated' }>['data'];
  readonly password: string;
  readonly idempotencyKey: string | null;
  readonly caller?: AbortSignal;
};

/** Who the credentials are of, and by which password. */
export type Identified = { readonly playerId: PlayerId; readonly passwordRevision: number };

export type Registered = Identified & { readonly position: bigint | undefined };

export type PasswordChange = {
  readonly email: string;
  readonly playerId: PlayerId;
  readonly current: string;
  readonly next: string;
  /** The password that the player's own stream last spoke of. */
  readonly markedRevision: number;
  readonly caller?: AbortSignal;
};

/** Passwords are not looked at once the `caller` has gone. @throws HashingBusy, CallerGone */
export type Registrar = {
  /**
   * Writes three streams in an order that a crash may cut anywhere: the e-mail's reservation, the profile, the player.
   * A retry with the same password finishes what it finds; only the last append makes the player exist.
   */
  register(registration: Registration, context: RequestContext): Promise<PlayerDecision<Registered>>;
  /** The player of these credentials; undefined when e-mail or password is wrong, or registration was never finished. */
  playerOf(email: string, password: string, caller?: AbortSignal): Promise<Identified | undefined>;
  /**
   * Sets the player's next password. Answers the revision it is known by, to be marked on the player's stream: only then
   * are logins by the one before worth nothing. A retry finishes a change whose marker a crash left out. Undefined when
   * the current password is wrong, or the address is no longer the player's.
   */
  changePassword(change: PasswordChange, context: RequestContext): Promise<number | undefined>;
};

/** A reservation this old without its player is void: someone else may take the address. */
const RESERVATION_MS = 10 * 60 * 1000;

/** Random ids collide about never; races for one address are few. */
const ATTEMPTS_MAX = 10;

/** Whose an address is: nobody's (any more), somebody's, or ours: to finish, or finished. */
type Claim =
  | { readonly kind: 'free' | 'taken' }
  | { readonly kind: 'unfinished' | 'registered'; readonly playerId: PlayerId };

const EMAIL_TAKEN = reject({ type: 'EmailTaken' } as const);

export type RegistrarParts = {
  readonly store: EventStore;
  readonly players: Players;
  readonly reservations: Reservations;
  readonly passwords: Passwords;
};

export function createRegistrar({ store, players, reservations, passwords }: RegistrarParts): Registrar {
  return { register, playerOf, changePassword };

  async function register(registration: Registration, context: RequestContext): Promise<PlayerDecision<Registered>> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const place = await reservations.find(registration.profile.email);
      const claim = await claimOf(registration, place.reservation, context.now);
      if (claim.kind === 'taken') return EMAIL_TAKEN;
      const playerId = 'playerId' in claim ? claim.playerId : await unusedPlayerId();
      const ours = { ...context, actor: `player:${playerId}` };
      const passwordRevision = place.reservation?.playerId === playerId ? place.reservation.passwordRevision : 0;
      const identified = { playerId, passwordRevision };
      if (claim.kind === 'registered') return finish(identified, registration.profile.currency, ours);
      if (claim.kind === 'free') {
        const reserved = await reserve(place, playerId, registration, ours);
        if (reserved === 'deleted') return EMAIL_TAKEN;
        if (reserved === 'lost') continue;
      }
      const profile = await writeProfile(playerId, registration, ours);
      // Another try of this registration went through, and its player was forgotten since: no second person comes of it.
      if (profile === 'deleted') return EMAIL_TAKEN;
      if (profile !== 'not ours') return finish(identified, profile.currency, ours);
      // The random id is somebody's already: draw another, over our own reservation if it still stands.
      const standing = await reservations.find(registration.profile.email);
      if (standing.reservation?.playerId === playerId) {
        await reserve(standing, await unusedPlayerId(), registration, ours);
      }
    }
    throw new TooManyConflicts(`registration lost ${ATTEMPTS_MAX} races in a row`);
  }

  async function playerOf(email: string, password: string, caller?: AbortSignal): Promise<Identified | undefined> {
    const { reservation } = await reservations.find(email);
    const isRight = await passwords.isPassword(password, reservation?.credential, caller);
    if (!isRight || reservation === undefined) return undefined;
    return (await exists(playerStream(reservation.playerId))) ? reservation : undefined;
  }

  async function changePassword(change: PasswordChange, context: RequestContext): Promise<number | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const place = await reservations.find(change.email);
      const standing = place.reservation;
      if (standing?.playerId !== change.playerId) return undefined;
      if (!(await passwords.isPassword(change.current, standing.credential, change.caller))) {
        const isUnmarked = standing.passwordRevision > change.markedRevision;
        const isDone = isUnmarked && (await passwords.isPassword(change.next, standing.credential, change.caller));
        return isDone ? standing.passwordRevision : undefined;
      }
      const credential = await passwords.hash(change.next, change.caller);
      const { outcome, passwordRevision } = await reservations.changePassword(place, credential, context);
      if (outcome === 'written') return passwordRevision;
      if (outcome === 'deleted') return undefined;
      // Someone else wrote first: whether the current password is still that has to be looked up again.
    }
    throw new TooManyConflicts(`a change of the password lost ${ATTEMPTS_MAX} races in a row`);
  }

  async function claimOf(
    { password, idempotencyKey, caller }: Registration,
    reservation: Reservation | undefined,
    now: string,
  ): Promise<Claim> {
    if (reservation === undefined) return { kind: 'free' };
    const { playerId, credential, reservedAt } = reservation;
    const ours = await passwords.isPassword(password, credential, caller);
    if (await exists(playerStream(playerId))) {
      const isRepeat = ours && idempotencyKey !== null && idempotencyKey === reservation.idempotencyKey;
      return isRepeat ? { kind: 'registered', playerId } : { kind: 'taken' };
    }
    if (ours) return { kind: 'unfinished', playerId };
    return { kind: Date.parse(now) - Date.parse(reservedAt) > RESERVATION_MS ? 'free' : 'taken' };
  }

  async function reserve(
    place: Place,
    playerId: PlayerId,
    { password, idempotencyKey, caller }: Registration,
    context: RequestContext,
  ): Promise<WriteOutcome> {
    const credential = await passwords.hash(password, caller);
    return reservations.reserve(place, { playerId, credential, idempotencyKey }, context);
  }

  /** The profile that is there and is ours: this one, or a cut attempt's. */
  async function writeProfile(
    playerId: PlayerId,
    { profile }: Registration,
    context: RequestContext,
  ): Promise<Registration['profile'] | 'not ours' | 'deleted'> {
    const stream = profileStream(playerId);
    const draft = { type: 'ProfileCreated', data: { ...profile } };
    const outcome = await outcomeOf(appendAt(store, stream, EMPTY_HEAD, [draft], PROFILE_SCHEMA_VERSION, context));
    if (outcome === 'written') return profile;
    if (outcome === 'deleted') return 'deleted';
    const { events } = await readWhole(store, stream, decodeProfileEvent);
    const [created] = events;
    const isOurs = created?.type === 'ProfileCreated' && addressOf(created.data.email) === addressOf(profile.email);
    return isOurs ? created.data : 'not ours';
  }

  /** The last append, or the player that it made before. */
  async function finish(
    identified: Identified,
    currency: string,
    context: RequestContext,
  ): Promise<PlayerDecision<Registered>> {
    const { decision, position } = await players.execute(identified.playerId, context, (player) =>
      registerPlayer(player, { currency, profileRevision: 0 }),
    );
    return decision.ok ? { ok: true, events: [], answer: { ...identified, position } } : decision;
  }

  /** An id that no player has, nor had: a forgotten one keeps its `player-*` stream. */
  async function unusedPlayerId(): Promise<PlayerId> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const playerId = randomPlayerId();
      if (!(await exists(playerStream(playerId)))) return playerId;
    }
    throw new TooManyConflicts(`${ATTEMPTS_MAX} random player ids in a row were taken`);
  }

  async function exists(stream: string): Promise<boolean> {
    for await (const _event of store.readStream(stream, { maxCount: 1 })) return true;
    return false;
  }
}

function randomPlayerId(): PlayerId {
  const playerId = parsePlayerId(String(randomInt(1, PLAYER_ID_MAX + 1)));
  if (playerId === undefined) throw new Error('the random id is out of range');
  return playerId;
}
