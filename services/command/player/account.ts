import { accept, reject } from '../../../shared/decider/decider.js';
import type { BlockReason, Consents } from '../../../shared/events/player-events.js';
import { cancelBonus, grantNextInQueue } from './bonus-lifecycle.js';
import { done, nothingNew, type Player, type PlayerDecision } from './decision.js';
import { endAllGameSessions } from './game-sessions.js';
import type { Unfolding } from './unfolding.js';

// Who the player is to us: registration, logins, consents, details and blocks. None of it moves money by itself.

/** The last of registration's three appends: only now the player exists. A repeat finds it done. */
export function registerPlayer(
  player: Player,
  registration: { readonly currency: string; readonly profileRevision: number },
): PlayerDecision<'registered'> {
  if (player.state.status === 'registered') return nothingNew('registered');
  return accept([{ type: 'PlayerRegistered', data: { ...registration } }], 'registered');
}

/**
 * Notes a login whose password was right, and names it. The same login id again is the same login; where that was
 * logged out since, its tokens are worth nothing, so it is a new login under the other id.
 */
export function logIn(
  unfolding: Unfolding,
  ids: { readonly loginId: string; readonly otherLoginId: string },
): PlayerDecision<{ readonly loginId: string }> {
  const seen = unfolding.state.logins.get(ids.loginId);
  if (seen?.loggedOut === false) return nothingNew({ loginId: ids.loginId });
  const loginId = seen === undefined ? ids.loginId : ids.otherLoginId;
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
  if (reason === 'self_exclusion') cancelAllBonuses(unfolding);
  return done(unfolding, block);
}

/** Lifts a block before its end; one that does not stand is already lifted. */
export function liftBlock(unfolding: Unfolding, reason: BlockReason): PlayerDecision<'lifted'> {
  if (!unfolding.state.blocks.has(reason)) return nothingNew('lifted');
  unfolding.record({ type: 'BlockLifted', data: { reason, cause: 'operator' } });
  grantNextInQueue(unfolding);
  return done(unfolding, 'lifted');
}

/** The waiting ones first, so that none of them is granted by the end of the active one. */
function cancelAllBonuses(unfolding: Unfolding): void {
  for (const userBonusId of unfolding.state.bonusQueue) cancelBonus(unfolding, userBonusId, 'block');
  const active = unfolding.state.activeBonus;
  if (active !== null) cancelBonus(unfolding, active.userBonusId, 'block');
}
