import { reject } from '../../../shared/decider/decider.js';
import { type LimitKind, type LimitPeriod, limitKind, limitPeriod } from '../../../shared/events/player-events.js';
import { type Amount, isLess, isPositive, notBelowZero, parseAmount, subtract } from '../../../shared/money/money.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import type { Rejection } from './rejection.js';
import { spentIn } from './spending.js';
import { type Limit, limitName } from './state.js';
import { addMilliseconds } from './time.js';
import type { Unfolding } from './unfolding.js';

/** A raise waits this long, so that nobody raises a limit in the heat of the moment. */
const INCREASE_DELAY_MS = 24 * 3600 * 1000;

export type LimitRequest = {
  readonly kind: LimitKind;
  readonly period: LimitPeriod;
  /** As the player wrote it; null = no limit. */
  readonly amount: string | null;
};

export type LimitAnswer = {
  readonly kind: LimitKind;
  readonly period: LimitPeriod;
  /** What binds now; null = no limit. */
  readonly amount: Amount | null;
  readonly currency: string;
  readonly pending: Limit['pending'];
};

/**
 * A player sets a limit on itself. A first or a lower one binds at once, and what was pending falls away; a higher one,
 * or none, binds after a day. Asked again while it is pending, it keeps its day; another raise starts its own.
 */
export function setLimit(unfolding: Unfolding, request: LimitRequest): PlayerDecision<LimitAnswer> {
  const { state, now } = unfolding;
  const { kind, period } = request;
  const { currency } = state.balances;
  const parsed = request.amount === null ? null : parseAmount(request.amount, currency);
  if (parsed?.ok === false) return reject({ type: 'InvalidAmount', detail: `not an amount of ${currency}` });
  const amount = parsed?.amount ?? null;
  const standing = state.limits.get(limitName(kind, period));
  const pending = standing?.pending ?? null;

  if (standing !== undefined && isAbove(amount, standing.amount)) {
    if (pending !== null && pending.amount === amount) return nothingNew(answer(unfolding, request));
    const effectiveAt = addMilliseconds(now, INCREASE_DELAY_MS);
    unfolding.record({ type: 'LimitIncreaseRequested', data: { kind, period, amount, currency, effectiveAt } });
    return done(unfolding, answer(unfolding, request));
  }
  const stands = (standing?.amount ?? null) === amount && pending === null;
  if (stands) return nothingNew(answer(unfolding, request));
  unfolding.record({ type: 'LimitChanged', data: { kind, period, amount, currency, cause: 'player' } });
  return done(unfolding, answer(unfolding, request));
}

/**
 * The limit that keeps the player from so much more; undefined when none does. All that stand are looked at: deposit,
 * loss, wager, each by day, week, month. Of those that would be passed, the one with the least left answers (of equal
 * ones the first in this order), because it is the one that binds.
 */
export function exceededLimit(
  { state, now }: Unfolding,
  more: { readonly [K in LimitKind]?: Amount },
): Extract<Rejection, { type: 'LimitExceeded' }> | undefined {
  let tightest: { readonly limit: Limit; readonly left: Amount } | undefined;
  for (const kind of limitKind.options) {
    const amount = more[kind];
    // A stake without cash loses none, however much was lost before.
    if (amount === undefined || !isPositive(amount)) continue;
    for (const period of limitPeriod.options) {
      const limit = state.limits.get(limitName(kind, period));
      if (limit === undefined) continue;
      const left = subtract(limit.amount, spentIn(state.spending, kind, period, now));
      if (isLess(left, amount) && (tightest === undefined || isLess(left, tightest.left))) tightest = { limit, left };
    }
  }
  if (tightest === undefined) return undefined;
  const { limit, left } = tightest;
  const { kind, period } = limit;
  const { currency } = state.balances;
  return { type: 'LimitExceeded', kind, period, limit: limit.amount, remaining: notBelowZero(left), currency };
}

/** No limit is above every one. */
function isAbove(amount: Amount | null, than: Amount): boolean {
  return amount === null || isLess(than, amount);
}

function answer({ state }: Unfolding, { kind, period }: LimitRequest): LimitAnswer {
  const limit = state.limits.get(limitName(kind, period));
  const { currency } = state.balances;
  return { kind, period, amount: limit?.amount ?? null, currency, pending: limit?.pending ?? null };
}
