import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { BONUS_COST_ACCOUNT, bonusAccount, cashAccount } from '../../../shared/ids/accounts.js';
import {
  type Amount,
  add,
  isLess,
  isZero,
  notBelowZero,
  scale,
  smallest,
  subtract,
  zero,
} from '../../../shared/money/money.js';
import { credit, debit, legs } from '../../../shared/money/postings.js';
import { type BonusTemplate, contributionOf } from '../catalogue/catalogue.js';
import { bonusOf } from './past.js';
import { addMilliseconds } from './time.js';
import { moving, type Unfolding } from './unfolding.js';

const DAY_MS = 24 * 3600 * 1000;

export type CancelReason = PlayerEventOf<'BonusCancelled'>['data']['reason'];

/** Gives the bonus its money and starts its wagering. The caller has seen that no other is active. */
export function grantBonus(
  unfolding: Unfolding,
  bonus: {
    readonly userBonusId: string;
    readonly bonusId: string;
    readonly templateVersion: number;
    readonly amount: string;
    readonly fastTrackReferences: { readonly [name: string]: string };
  },
): void {
  const { playerId, now, catalogue, state } = unfolding;
  const template = catalogue.template(bonus.bonusId, bonus.templateVersion);
  const { currency } = state.balances;
  const deposit = state.lastDeposit;
  const withDeposit = template.wageringBase === 'deposit_and_bonus' && deposit !== null;
  const base = withDeposit ? add(bonus.amount, deposit.amount) : bonus.amount;
  unfolding.record({
    type: 'BonusGranted',
    data: {
      userBonusId: bonus.userBonusId,
      bonusId: bonus.bonusId,
      templateVersion: bonus.templateVersion,
      amount: bonus.amount,
      currency,
      wageringRequired: scale(base, template.wageringMultiple),
      expiresAt: addMilliseconds(now, template.expiryDays * DAY_MS),
      deposit,
      fastTrackReferences: { ...bonus.fastTrackReferences },
      ...moving(
        unfolding,
        legs(debit(BONUS_COST_ACCOUNT, bonus.amount, currency), credit(bonusAccount(playerId), bonus.amount, currency)),
      ),
    },
  });
  // Nothing to wager: it is cash at once.
  if (isZero(scale(base, template.wageringMultiple))) completeBonus(unfolding);
}

/** The most of a bonus that becomes cash; null = all of it. */
export function conversionCap(template: BonusTemplate, granted: Amount): Amount | null {
  return template.conversionCapMultiple === null ? null : scale(granted, template.conversionCapMultiple);
}

/** Ends a bonus without converting it: what is left of it goes back to the house, and the next in the queue starts. */
export function cancelBonus(unfolding: Unfolding, userBonusId: string, reason: CancelReason): void {
  const { playerId, state } = unfolding;
  const record = bonusOf(unfolding, userBonusId);
  if (record === undefined) throw new Error(`bonus ${userBonusId} was never credited`);
  const { currency } = state.balances;
  const forfeited = record.status === 'active' ? state.balances.bonus : zero(currency);
  unfolding.record({
    type: 'BonusCancelled',
    data: {
      userBonusId,
      bonusId: record.bonusId,
      reason,
      forfeited,
      currency,
      ...moving(
        unfolding,
        legs(debit(bonusAccount(playerId), forfeited, currency), credit(BONUS_COST_ACCOUNT, forfeited, currency)),
      ),
    },
  });
  grantNextInQueue(unfolding);
}

/** What a stake on this game counts towards the active bonus; null when no bonus is active. */
export function wageringOf(
  { state, catalogue }: Unfolding,
  bet: { readonly amount: string; readonly gameId: string; readonly provider: string },
): { readonly userBonusId: string; readonly amount: string } | null {
  const bonus = state.activeBonus;
  if (bonus === null) return null;
  const template = catalogue.template(bonus.bonusId, bonus.templateVersion);
  const percent = contributionOf(template, bet.gameId, bet.provider, catalogue.game(bet.gameId));
  return { userBonusId: bonus.userBonusId, amount: scale(scale(bet.amount, percent), '0.01') };
}

/** Counts a bet, and completes the bonus when that was the last of its requirement. */
export function countWagering(
  unfolding: Unfolding,
  wagering: { readonly userBonusId: string; readonly amount: string } | null,
): void {
  const bonus = unfolding.state.activeBonus;
  if (bonus === null || wagering?.userBonusId !== bonus.userBonusId || isZero(wagering.amount)) return;
  progress(unfolding, add(bonus.wagered, wagering.amount));
  if (!isLess(add(bonus.wagered, wagering.amount), bonus.wageringRequired)) completeBonus(unfolding);
}

/** Takes back what a rolled back bet had counted, while its bonus is still active. */
export function uncountWagering(
  unfolding: Unfolding,
  wagering: { readonly userBonusId: string; readonly amount: string } | null,
): void {
  const bonus = unfolding.state.activeBonus;
  if (bonus === null || wagering?.userBonusId !== bonus.userBonusId || isZero(wagering.amount)) return;
  progress(unfolding, notBelowZero(subtract(bonus.wagered, wagering.amount)));
}

/** An active bonus without money, and without a bet that may still bring some back, is lost. */
export function loseEmptyBonus(unfolding: Unfolding): void {
  const { activeBonus, balances } = unfolding.state;
  if (activeBonus !== null && activeBonus.openBets.length === 0 && isZero(balances.bonus)) {
    cancelBonus(unfolding, activeBonus.userBonusId, 'lost');
  }
}

function progress(unfolding: Unfolding, wagered: string): void {
  const { activeBonus, balances } = unfolding.state;
  if (activeBonus === null) throw new Error('progress without an active bonus');
  const { userBonusId, bonusId, wageringRequired } = activeBonus;
  unfolding.record({
    type: 'BonusWageringProgressed',
    data: { userBonusId, bonusId, wagered, wageringRequired, currency: balances.currency },
  });
}

function completeBonus(unfolding: Unfolding): void {
  const { playerId, state, catalogue } = unfolding;
  const bonus = state.activeBonus;
  if (bonus === null) throw new Error('completion without an active bonus');
  const { currency } = state.balances;
  const template = catalogue.template(bonus.bonusId, bonus.templateVersion);
  const cap = conversionCap(template, bonus.amount);
  const convertible = template.sticky
    ? notBelowZero(subtract(state.balances.bonus, bonus.amount))
    : state.balances.bonus;
  const converted = cap === null ? convertible : smallest(convertible, cap);
  const excess = subtract(state.balances.bonus, converted);
  unfolding.record({
    type: 'BonusCompleted',
    data: {
      userBonusId: bonus.userBonusId,
      bonusId: bonus.bonusId,
      converted,
      excess,
      currency,
      ...moving(
        unfolding,
        legs(
          debit(bonusAccount(playerId), state.balances.bonus, currency),
          credit(cashAccount(playerId), converted, currency),
          credit(BONUS_COST_ACCOUNT, excess, currency),
        ),
      ),
    },
  });
  grantNextInQueue(unfolding);
}

/** Starts the next waiting bonus, if there is room for it. Not for a blocked player, whose time to wager it would run. */
export function grantNextInQueue(unfolding: Unfolding): void {
  const { activeBonus, bonusQueue, blocks } = unfolding.state;
  const [userBonusId] = bonusQueue;
  if (activeBonus !== null || userBonusId === undefined || blocks.size > 0) return;
  const record = bonusOf(unfolding, userBonusId);
  if (record === undefined) throw new Error(`queued bonus ${userBonusId} was never credited`);
  grantBonus(unfolding, { userBonusId, ...record });
}
