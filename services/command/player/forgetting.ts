import { type Decision, reject } from '../../../shared/decider/decider.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { isZero } from '../../../shared/money/money.js';
import { cancelAllBonuses } from './bonus-lifecycle.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import { endAllGameSessions } from './game-sessions.js';
import type { Rejection } from './rejection.js';
import type { RegisteredPlayer } from './state.js';
import { type Unfolding, unfold } from './unfolding.js';

/** What decides which of the person's streams are deleted after the event: who excluded themselves stay known by e-mail. */
export type Forgotten = { readonly selfExcluded: boolean };

/**
 * Forgets the person behind the player; the ledger stays. Only while nothing is owed to either side: what is owed to
 * somebody nobody knows can never be paid. Bets without an outcome do not count: they are settled when it comes.
 */
export function forgetPlayer(unfolding: Unfolding): PlayerDecision<Forgotten> {
  const { state } = unfolding;
  if (state.forgotten !== null) return nothingNew(state.forgotten);
  const reasons = reasonsAgainst(state);
  if (reasons.length > 0) {
    const { balances, openPayments } = state;
    return reject({ type: 'PlayerHasFunds', reasons, balances, openPayments });
  }
  const selfExcluded = state.blocks.has('self_exclusion');
  cancelAllBonuses(unfolding, 'operator');
  endAllGameSessions(unfolding, 'block');
  unfolding.record({ type: 'PlayerForgotten', data: { selfExcluded } });
  return done(unfolding, { selfExcluded });
}

/** What `forgetPlayer` would decide; records nothing. */
export function wouldForget(unfolding: Unfolding): PlayerDecision<Decision<PlayerEvent, Rejection, Forgotten>> {
  const { playerId, state, past, now, catalogue } = unfolding;
  return nothingNew(forgetPlayer(unfold(playerId, state, past, now, catalogue)));
}

function reasonsAgainst({ balances, openPayments }: RegisteredPlayer) {
  const accounts = (['cash', 'bonus', 'withdrawal'] as const).filter((account) => !isZero(balances[account]));
  return openPayments > 0 ? [...accounts, 'open_payments' as const] : accounts;
}
