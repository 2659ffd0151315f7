import { accept, reject } from '../../../shared/decider/decider.js';
import type { BlockReason, Consents } from '../../../shared/events/player-events.js';
import { cancelAllBonuses, grantNextInQueue } from './bonus-lifecycle.js';
import { done, nothingNew, type Player, type PlayerDecision } from './decision.js';
import { endAllGameSessions } from './game-sessions.js';
import type { RegisteredPlayer } from './state.js';
import type { Unfolding } from './unfolding.js';

// Who the player is to us: registration, logins, consents, details and blocks. None of it moves money by itself.

/**
 * The last of registration's three appends: only now the player exists. A repeat finds it done; one that was forgotten
 * since is not told of, and must not come back.
 */
export function registerPlayer(
  player: Player,
  registration: { readonly currency: string; readonly profileRevision: number },
): PlayerDecision<'registered'> {
  if (player.state.status === 'registered') {
    return player.state.forgotten === null ? nothingNew('registered') : reject({ type: 'EmailTaken' });
  }
  return accept([{ type: 'PlayerRegistered', data: { ...registration } }], 'registered');
}

/** Whether a login is worth nothing any more: logged out, or by a password that was changed since. */
export function isRevoked(
  { logins, passwordRevision }: RegisteredPlayer,
  login: { readonly loginId: string; readonly passwordRevision: number },
): boolean {
  return login.passwordRevision < passwordRevision || logins.get(login.loginId)?.loggedOut === true;
}

/**
 * Notes a login whose password was right, and names it. The same login id again is the same login; where that was
 * logged out since, its tokens are worth nothing, so it is a new login under the other id.
 */
export function logIn(
  unfolding: Unfolding,
  login: { readonly loginId: string; readonly otherLoginId: string; readonly passwordRevision: number },
): PlayerDecision<{ readonly loginId: string }> {
  // It was the password when it was looked up, and no longer is.
  if (login.passwordRevision < unfolding.state.passwordRevision) return reject({ type: 'LoggedOut' });
  // A crash left the marker out: whoever knows the new password makes it up.
  recordPasswordChange(unfolding, login.passwordRevision);
  const seen = unfolding.state.logins.get(login.loginId);
  if (seen?.loggedOut === false) return done(unfolding, { loginId: login.loginId });
  const loginId = seen === undefined ? login.loginId : login.otherLoginId;
  unfolding.record({ type: 'PlayerLoggedIn', data: { loginId, impersonated: false } });
  return done(unfolding, { loginId });
}

/** Ends a login: its token is worth nothing from here on, and no game goes on. */
export function logOut(unfolding: Unfolding, loginId: string): PlayerDecision<'logged_out'> {
  if (unfolding.state.logins.get(loginId)?.loggedOut === true) return nothingNew('logged_out');
  unfolding.record({ type: 'PlayerLoggedOut', data: { loginId } });
  endAllGameSessions(unfolding, 'logout');
  return done(unfolding, 'logged_out');
}

/** Sets any of the six consents; nothing new is no event. */
export function changeConsents(unfolding: Unfolding, change: Partial<Consents>): PlayerDecision<Consents> {
  const before = unfolding.state.consents;
  const consents = { ...before, ...change };
  const changed = Object.entries(consents).some(([name, value]) => before[name as keyof Consents] !== value);
  if (!changed) return nothingNew(before);
  unfolding.record({ type: 'ConsentsChanged', data: { consents } });
  return done(unfolding, consents);
}

/** Marks that the profile has moved on to this revision: all that the player's stream may say of personal data. */
export function markDetailsChanged(unfolding: Unfolding, profileRevision: number): PlayerDecision<'marked'> {
  if (unfolding.state.profileRevision >= profileRevision) return nothingNew('marked');
  unfolding.record({ type: 'PlayerDetailsChanged', data: { profileRevision } });
  return done(unfolding, 'marked');
}

/**
 * Marks that the password is that of this revision of `email-*`: every login by an earlier one is worth nothing from here
 * on, those of registration and of other devices too, and no game that one of them opened goes on.
 */
export function markPasswordChanged(unfolding: Unfolding, passwordRevision: number): PlayerDecision<'marked'> {
  recordPasswordChange(unfolding, passwordRevision);
  return done(unfolding, 'marked');
}

function recordPasswordChange(unfolding: Unfolding, passwordRevision: number): void {
  if (unfolding.state.passwordRevision >= passwordRevision) return;
  unfolding.record({ type: 'PlayerPasswordChanged', data: { passwordRevision } });
  endAllGameSessions(unfolding, 'logout');
}

export type Block = { readonly reason: BlockReason; readonly until: string | null };

/** Places a block, or lengthens it. A player may never shorten one; whoever may lift it (the back office) lifts it first. */
export function placeBlock(unfolding: Unfolding, block: Block): PlayerDecision<Block> {
  const { reason, until } = block;
  const standing = unfolding.state.blocks.get(reason);
  if (standing !== undefined) {
    if (standing.until === until) return nothingNew(block);
    const lengthens = until === null || (standing.until !== null && until > standing.until);
    if (!lengthens) return reject({ type: 'InvalidTransition', from: standing.until ?? 'without end', to: until });
  }
  unfolding.record({ type: 'BlockPlaced', data: { reason, until } });
  endAllGameSessions(unfolding, 'block');
  if (reason === 'self_exclusion') cancelAllBonuses(unfolding, 'block');
  return done(unfolding, block);
}

/** Lifts a block before its end; one that does not stand is already lifted. */
export function liftBlock(unfolding: Unfolding, reason: BlockReason): PlayerDecision<'lifted'> {
  if (!unfolding.state.blocks.has(reason)) return nothingNew('lifted');
  unfolding.record({ type: 'BlockLifted', data: { reason, cause: 'operator' } });
  grantNextInQueue(unfolding);
  return done(unfolding, 'lifted');
}
