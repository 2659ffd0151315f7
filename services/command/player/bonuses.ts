import { reject } from '../../../shared/decider/decider.js';
import { type Amount, isLess, parseAmount } from '../../../shared/money/money.js';
import { creditAmountOf } from '../catalogue/catalogue.js';
import { cancelBonus, grantBonus } from './bonus-lifecycle.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import { bonusOf } from './past.js';
import type { Unfolding } from './unfolding.js';

export type BonusCredit = {
  /** Derived from the caller's idempotency key, or random: the same key is the same bonus. */
  readonly userBonusId: string;
  readonly bonusId: string;
  /** As the caller wrote it: only the player's currency says what it is worth. Left out: what the bonus gives by itself. */
  readonly amount?: string;
  /** Where the caller says it: it must be the player's. */
  readonly currency?: string;
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
  const seen = bonusOf(unfolding, userBonusId);
  if (seen !== undefined) {
    if (seen.bonusId !== bonusId || !isOf(bonus, seen.amount, currency)) return reject({ type: 'IdempotencyConflict' });
    return nothingNew({ userBonusId, bonusId, status: seen.credited, replayed: true });
  }
  const template = catalogue.offeredTemplate(bonusId);
  const terms = template?.currencies[currency];
  if (bonus.currency !== undefined && bonus.currency !== currency) {
    return reject({ type: 'CurrencyMismatch', expected: currency });
  }
  if (template === undefined || terms === undefined) return reject({ type: 'BonusNotAvailable' });
  const asked = bonus.amount ?? creditAmountOf(template, currency);
  if (asked === undefined) return reject({ type: 'InvalidAmount', detail: 'the bonus needs an amount' });
  const parsed = parseAmount(asked, currency);
  if (!parsed.ok) return reject({ type: 'InvalidAmount', detail: `not an amount of ${currency}` });
  const { amount } = parsed;
  if (isLess(amount, terms.min) || isLess(terms.max, amount)) {
    return reject({ type: 'InvalidAmount', detail: `the bonus is from ${terms.min} to ${terms.max} ${currency}` });
  }
  if (state.blocks.size > 0) return reject({ type: 'PlayerBlocked', reasons: [...state.blocks.keys()].sort() });

  const granted = {
    userBonusId,
    bonusId,
    templateVersion: template.version,
    amount,
    fastTrackReferences: { ...bonus.fastTrackReferences },
  };
  if (state.activeBonus === null) {
    grantBonus(unfolding, granted);
    return done(unfolding, { userBonusId, bonusId, status: 'granted', replayed: false });
  }
  unfolding.record({ type: 'BonusQueued', data: { ...granted, currency } });
  return done(unfolding, { userBonusId, bonusId, status: 'queued', replayed: false });
}

/** Whether a credit asks for this very amount; one that names none asks for whatever was given. */
function isOf({ amount, currency: said }: BonusCredit, given: Amount, currency: string): boolean {
  if (said !== undefined && said !== currency) return false;
  if (amount === undefined) return true;
  const parsed = parseAmount(amount, currency);
  return parsed.ok && parsed.amount === given;
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
