import { reject } from '../../../shared/decider/decider.js';
import { isLess, parseAmount } from '../../../shared/money/money.js';
import { cancelBonus, grantBonus } from './bonus-lifecycle.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import { bonusOf } from './past.js';
import type { Unfolding } from './unfolding.js';

export type BonusCredit = {
  /** Derived from the caller's idempotency key, or random: the same key is the same bonus. */
  readonly userBonusId: string;
  readonly bonusId: string;
  /** As the caller wrote it: only the player's currency says what it is worth. */
  readonly amount: string;
  readonly fastTrackReferences: { readonly [name: string]: string };
};

export type BonusAnswer = {
  readonly userBonusId: string;
  readonly bonusId: string;
  readonly status: 'granted' | 'queued';
  readonly replayed: boolean;
};

/** Credits a bonus: at once, or in the queue behind the one that is active. */
export function creditBonus(unfolding: Unfolding, bonus: BonusCredit): PlayerDecision<BonusAnswer> {
  const { state, catalogue } = unfolding;
  const { currency } = state.balances;
  const { userBonusId, bonusId } = bonus;
  const parsed = parseAmount(bonus.amount, currency);
  const seen = bonusOf(unfolding, userBonusId);
  if (seen !== undefined) {
    if (seen.bonusId !== bonusId || !parsed.ok || parsed.amount !== seen.amount)
      return reject({ type: 'IdempotencyConflict' });
    return nothingNew({ userBonusId, bonusId, status: seen.credited, replayed: true });
  }
  const template = catalogue.offeredTemplate(bonusId);
  const terms = template?.currencies[currency];
  if (template === undefined || terms === undefined) return reject({ type: 'BonusNotAvailable' });
  if (!parsed.ok) return reject({ type: 'InvalidAmount', detail: `not an amount of ${currency}` });
  const { amount } = parsed;
  if (isLess(amount, terms.min) || isLess(terms.max, amount)) {
    return reject({ type: 'InvalidAmount', detail: `the bonus is from ${terms.min} to ${terms.max} ${currency}` });
  }
  if (state.blocks.size > 0) return reject({ type: 'PlayerBlocked', reasons: [...state.blocks.keys()].sort() });

  const granted = {
    ...{ userBonusId, bonusId, templateVersion: template.version, amount },
    fastTrackReferences: { ...bonus.fastTrackReferences },
  };
  if (state.activeBonus === null) {
    grantBonus(unfolding, granted);
    return done(unfolding, { userBonusId, bonusId, status: 'granted', replayed: false });
  }
  unfolding.record({ type: 'BonusQueued', data: { ...granted, currency } });
  return done(unfolding, { userBonusId, bonusId, status: 'queued', replayed: false });
}

/** Takes a bonus away, active or waiting. Both ends of a bonus are final. */
export function endBonus(
  unfolding: Unfolding,
  userBonusId: string,
  reason: 'operator' | 'player',
): PlayerDecision<{ readonly userBonusId: string; readonly status: 'cancelled' }> {
  const bonus = bonusOf(unfolding, userBonusId);
  if (bonus === undefined) return reject({ type: 'BonusNotFound' });
  if (bonus.status === 'cancelled') return nothingNew({ userBonusId, status: 'cancelled' });
  if (bonus.status === 'completed') return reject({ type: 'InvalidTransition', from: 'completed', to: 'cancelled' });
  cancelBonus(unfolding, userBonusId, reason);
  return done(unfolding, { userBonusId, status: 'cancelled' });
}
