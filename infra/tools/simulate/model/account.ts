import { decimalsOf } from '../minor-units.js';
import type { CommandOf } from '../script.js';
import { GAMES } from '../sim-catalogue.js';
import { cancel, grantNext, reasonsOf } from './bonuses.js';
import { raiseLimits } from './limits.js';
import type { ModelSession } from './model-player.js';
import { accept, later, note, type Outcome, refuse, type Turn, visible } from './turn.js';

const IDLE_MS = 30 * 60_000;
/** Tokens live a day; what happened to older logins than this is no longer known. */
const LOGIN_MEMORY_MS = 2 * 24 * 3_600_000;

export function register({ player, journal, ...turn }: Turn, { currency }: CommandOf<'register'>): Outcome {
  if (player.forgotten !== null) return refuse('EmailTaken');
  if (player.registered) return accept('registered');
  note({ player, journal, ...turn }, 'PlayerRegistered', { currency, profileRevision: 0 });
  journal.change(player, { registered: true, currency, decimals: decimalsOf(currency) });
  return accept('registered');
}

/** What should have happened by now comes first: time-outs, idle sessions, the bonus whose time is over. */
export function whatIsDue(turn: Turn): void {
  const { player, journal, now } = turn;
  for (const [reason, until] of player.blocks) {
    if (until === null || until > now) continue;
    note(turn, 'BlockLifted', { reason, cause: 'ended' });
    journal.change(player, { blocks: player.blocks.filter(([each]) => each !== reason) });
    grantNext(turn);
  }
  raiseLimits(turn);
  const idleSince = player.open.length === 0 ? now : later(now, -IDLE_MS);
  for (const session of player.open) if (session.lastUsedAt <= idleSince) end(turn, session, 'idle');
  if (player.active !== null && player.active.expiresAt <= now) cancel(turn, player.active.userBonusId, 'expired');
}

/** A login by an earlier password is none; one by a newer password than was heard of says that it was changed. */
export function logIn(turn: Turn, { loginId, otherLoginId, passwordRevision }: CommandOf<'log_in'>): Outcome {
  const { player, journal, now } = turn;
  if (passwordRevision < player.passwordRevision) return refuse('LoggedOut');
  password(turn, { type: 'password', passwordRevision });
  const seen = player.logins.get(loginId) ?? undefined;
  if (seen?.loggedOut === false) return accept({ loginId });
  const given = seen === undefined ? loginId : otherLoginId;
  note(turn, 'PlayerLoggedIn', { loginId: given, impersonated: false });
  const since = later(now, -LOGIN_MEMORY_MS);
  for (const [id, login] of player.logins) if (login !== null && login.at < since) journal.put(player.logins, id, null);
  journal.put(player.logins, given, { at: now, loggedOut: false });
  return accept({ loginId: given });
}

export function password(turn: Turn, { passwordRevision }: CommandOf<'password'>): Outcome {
  const { player, journal } = turn;
  if (player.passwordRevision < passwordRevision) {
    note(turn, 'PlayerPasswordChanged', { passwordRevision });
    journal.change(player, { passwordRevision });
    endAllSessions(turn, 'logout');
  }
  return accept('marked');
}

export function logOut(turn: Turn, { loginId }: CommandOf<'log_out'>): Outcome {
  const { player, journal, now } = turn;
  if (player.logins.get(loginId)?.loggedOut === true) return accept('logged_out');
  note(turn, 'PlayerLoggedOut', { loginId });
  journal.put(player.logins, loginId, { at: now, loggedOut: true });
  endAllSessions(turn, 'logout');
  return accept('logged_out');
}

export function consents(turn: Turn, { email }: CommandOf<'consents'>): Outcome {
  const { player, journal } = turn;
  if (player.consents.email === email) return accept(player.consents);
  journal.change(player, { consents: { ...player.consents, email } });
  note(turn, 'ConsentsChanged', { consents: player.consents });
  return accept(player.consents);
}

export function details(turn: Turn, { profileRevision }: CommandOf<'details'>): Outcome {
  const { player, journal } = turn;
  if (player.profileRevision < profileRevision) {
    note(turn, 'PlayerDetailsChanged', { profileRevision });
    journal.change(player, { profileRevision });
  }
  return accept('marked');
}

/** Only ever longer. Ends what is being played; self-exclusion ends every bonus too. */
export function block(turn: Turn, { reason, until }: CommandOf<'block'>): Outcome {
  const { player, journal } = turn;
  const standing = player.blocks.find(([each]) => each === reason);
  if (standing !== undefined) {
    const [, before] = standing;
    if (before === until) return accept({ reason, until });
    if (before === null || (until !== null && until < before))
      return refuse('InvalidTransition', { from: before ?? 'without end', to: until });
  }
  note(turn, 'BlockPlaced', { reason, until });
  const placed = [reason, until] as const;
  journal.change(player, {
    blocks:
      standing === undefined
        ? [...player.blocks, placed]
        : player.blocks.map((each) => (each === standing ? placed : each)),
  });
  endAllSessions(turn, 'block');
  if (reason === 'self_exclusion') {
    for (const waiting of player.queue) cancel(turn, waiting, 'block');
    if (player.active !== null) cancel(turn, player.active.userBonusId, 'block');
  }
  return accept({ reason, until });
}

export function lift(turn: Turn, { reason }: CommandOf<'lift'>): Outcome {
  const { player, journal } = turn;
  if (player.blocks.some(([each]) => each === reason)) {
    note(turn, 'BlockLifted', { reason, cause: 'operator' });
    journal.change(player, { blocks: player.blocks.filter(([each]) => each !== reason) });
    grantNext(turn);
  }
  return accept('lifted');
}

export function startSession(turn: Turn, { sessionId, gameId, provider }: CommandOf<'start_session'>): Outcome {
  const { player, journal, now } = turn;
  const seen = sessionOf(turn, sessionId);
  if (seen !== undefined) {
    const same = seen.gameId === gameId && seen.provider === provider;
    return same ? accept(seen) : refuse('IdempotencyConflict');
  }
  if (!GAMES.some((game) => game.gameId === gameId && game.provider === provider)) return refuse('GameNotFound');
  if (player.blocks.length > 0) return refuse('PlayerBlocked', { reasons: reasonsOf(turn) });
  for (const older of player.open)
    if (older.gameId === gameId && older.provider === provider) end(turn, older, 'superseded');
  note(turn, 'GameSessionStarted', { sessionId, gameId, provider });
  const session = { sessionId, gameId, provider, startedAt: now, lastUsedAt: now };
  journal.change(player, { open: [...player.open, session] });
  return accept(session);
}

export function endSession(turn: Turn, { sessionId }: CommandOf<'end_session'>): Outcome {
  const session = sessionOf(turn, sessionId);
  if (session === undefined) return refuse('SessionNotFound');
  if (!turn.player.ended.has(sessionId)) end(turn, session, 'player');
  return accept({ sessionId, status: 'ended' });
}

export function balance(turn: Turn, { sessionId, provider }: CommandOf<'balance'>): Outcome {
  if (sessionOf(turn, sessionId)?.provider !== provider) return refuse('SessionNotFound');
  return accept({ balance: visible(turn), currency: turn.player.currency, replayed: false });
}

function sessionOf({ player }: Turn, sessionId: string): ModelSession | undefined {
  return player.open.find((session) => session.sessionId === sessionId) ?? player.ended.get(sessionId);
}

export function endAllSessions(turn: Turn, reason: 'block' | 'logout'): void {
  for (const session of turn.player.open) end(turn, session, reason);
}

function end(turn: Turn, session: ModelSession, reason: string): void {
  const { player, journal } = turn;
  const { sessionId, gameId, provider } = session;
  note(turn, 'GameSessionEnded', { sessionId, gameId, provider, reason });
  journal.put(player.ended, sessionId, session);
  journal.change(player, { open: player.open.filter((each) => each !== session) });
}
