import { match, P } from 'ts-pattern';
import { reject } from '../../../shared/decider/decider.js';
import { cashAccount, pspAccount, withdrawalAccount } from '../../../shared/ids/accounts.js';
import type { Amount } from '../../../shared/money/money.js';
import { isLess, isNegative } from '../../../shared/money/money.js';
import { credit, debit, legs } from '../../../shared/money/postings.js';
import { visible } from './balance-answer.js';
import { cancelBonus } from './bonus-lifecycle.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import { exceededLimit } from './limits.js';
import { paymentOf } from './past.js';
import type { Payment } from './state.js';
import { moving, type Unfolding } from './unfolding.js';

export type PaymentRequest = {
  readonly paymentId: string;
  readonly psp: string;
  readonly amount: Amount;
  readonly currency: string;
};

export type PaymentAnswer = {
  readonly paymentId: string;
  readonly status: Payment['status'];
  readonly payment: Payment;
};

export type PspReport = {
  readonly psp: string;
  readonly paymentId: string;
  readonly pspReference: string;
  readonly status: 'completed' | 'failed' | 'reversed';
};

/** A player asks to pay in; no money moves until the PSP says so. Checks: id seen → currency → block → limits. */
export function requestDeposit(unfolding: Unfolding, request: PaymentRequest): PlayerDecision<PaymentAnswer> {
  const { state } = unfolding;
  const seen = repeatOf(unfolding, 'deposit', request);
  if (seen !== undefined) return seen;
  if (request.currency !== state.balances.currency) {
    return reject({ type: 'CurrencyMismatch', expected: state.balances.currency });
  }
  if (state.blocks.size > 0) return reject({ type: 'PlayerBlocked', reasons: [...state.blocks.keys()].sort() });
  const exceeded = exceededLimit(unfolding, { deposit: request.amount });
  if (exceeded !== undefined) return reject(exceeded);
  unfolding.record({ type: 'DepositRequested', data: { ...request } });
  return answer(unfolding, request.paymentId);
}

/** A player asks to be paid out: the money is held at once, so that it cannot be played meanwhile. */
export function requestWithdrawal(unfolding: Unfolding, request: PaymentRequest): PlayerDecision<PaymentAnswer> {
  const { playerId, state, catalogue } = unfolding;
  const seen = repeatOf(unfolding, 'withdrawal', request);
  if (seen !== undefined) return seen;
  const { paymentId, psp, amount, currency } = request;
  if (currency !== state.balances.currency)
    return reject({ type: 'CurrencyMismatch', expected: state.balances.currency });
  if (isLess(state.balances.cash, amount)) {
    return reject({ type: 'InsufficientFunds', balance: visible(unfolding), currency });
  }
  const postings = legs(
    debit(cashAccount(playerId), amount, currency),
    credit(withdrawalAccount(playerId), amount, currency),
  );
  unfolding.record({
    type: 'WithdrawalRequested',
    data: { paymentId, psp, amount, currency, ...moving(unfolding, postings) },
  });
  const bonus = state.activeBonus;
  if (bonus !== null && catalogue.template(bonus.bonusId, bonus.templateVersion).forfeitedByWithdrawal) {
    cancelBonus(unfolding, bonus.userBonusId, 'withdrawal');
  }
  return answer(unfolding, paymentId);
}

/** The back office (or the sandbox by itself) lets a withdrawal go to the PSP. */
export function approveWithdrawal(unfolding: Unfolding, paymentId: string): PlayerDecision<PaymentAnswer> {
  const { state } = unfolding;
  const payment = paymentOf(unfolding, paymentId);
  if (payment?.kind !== 'withdrawal') return reject({ type: 'PaymentNotFound' });
  if (payment.status === 'approved') return nothingNew({ paymentId, status: 'approved', payment });
  if (payment.status !== 'requested')
    return reject({ type: 'InvalidTransition', from: payment.status, to: 'approved' });
  if (state.blocks.has('fraud')) return reject({ type: 'PlayerBlocked', reasons: ['fraud'] });
  // Below zero means that money which was paid out was not the player's: first that is made good.
  if (isNegative(state.balances.cash)) {
    return reject({ type: 'InsufficientFunds', balance: visible(unfolding), currency: payment.currency });
  }
  const { psp, amount, currency } = payment;
  unfolding.record({ type: 'WithdrawalApproved', data: { paymentId, psp, amount, currency } });
  return answer(unfolding, paymentId);
}

/** Gives the held money back: `cancelled` by the player, `rejected` by the back office; only while it is requested. */
export function stopWithdrawal(
  unfolding: Unfolding,
  paymentId: string,
  to: 'cancelled' | 'rejected',
): PlayerDecision<PaymentAnswer> {
  const payment = paymentOf(unfolding, paymentId);
  if (payment?.kind !== 'withdrawal') return reject({ type: 'PaymentNotFound' });
  if (payment.status === to) return nothingNew({ paymentId, status: to, payment });
  if (payment.status !== 'requested') return reject({ type: 'InvalidTransition', from: payment.status, to });
  const { psp, amount, currency } = payment;
  const data = { paymentId, psp, amount, currency, ...moving(unfolding, release(unfolding, payment)) };
  unfolding.record(to === 'cancelled' ? { type: 'WithdrawalCancelled', data } : { type: 'WithdrawalRejected', data });
  return answer(unfolding, paymentId);
}

/** What a PSP reports is true whatever stands here: blocks and limits do not gate it, and late money is still money. */
export function reportPayment(unfolding: Unfolding, report: PspReport): PlayerDecision<PaymentAnswer> {
  const { playerId } = unfolding;
  const { paymentId, psp, pspReference, status } = report;
  const payment = paymentOf(unfolding, paymentId);
  if (payment?.psp !== psp) return reject({ type: 'PaymentNotFound' });
  if (payment.reported.includes(status)) return nothingNew({ paymentId, status, payment });

  const { amount, currency } = payment;
  const facts = { paymentId, psp, amount, currency, pspReference };
  const cash = cashAccount(playerId);
  const held = withdrawalAccount(playerId);
  const transition = [payment.kind, payment.status, status] as const;
  return match(transition)
    .with(['deposit', P.union('requested', 'failed'), 'completed'], () => {
      const postings = legs(debit(pspAccount(psp), amount, currency), credit(cash, amount, currency));
      unfolding.record({ type: 'DepositCompleted', data: { ...facts, ...moving(unfolding, postings) } });
      return answer(unfolding, paymentId);
    })
    .with(['deposit', 'requested', 'failed'], () => {
      unfolding.record({ type: 'DepositFailed', data: facts });
      return answer(unfolding, paymentId);
    })
    .with(['deposit', 'completed', 'reversed'], () => {
      const postings = legs(debit(cash, amount, currency), credit(pspAccount(psp), amount, currency));
      unfolding.record({ type: 'DepositReversed', data: { ...facts, ...moving(unfolding, postings) } });
      // The bonus came with that money, so it goes with it.
      const bonus = unfolding.state.activeBonus;
      if (bonus?.depositId === paymentId) cancelBonus(unfolding, bonus.userBonusId, 'deposit_reversed');
      return answer(unfolding, paymentId);
    })
    .with(['withdrawal', 'approved', 'completed'], () => {
      const postings = legs(debit(held, amount, currency), credit(pspAccount(psp), amount, currency));
      unfolding.record({ type: 'WithdrawalCompleted', data: { ...facts, ...moving(unfolding, postings) } });
      return answer(unfolding, paymentId);
    })
    .with(['withdrawal', 'approved', 'failed'], () => {
      unfolding.record({
        type: 'WithdrawalFailed',
        data: { ...facts, ...moving(unfolding, release(unfolding, payment)) },
      });
      return answer(unfolding, paymentId);
    })
    .with(['withdrawal', 'completed', 'reversed'], () => {
      const postings = legs(debit(pspAccount(psp), amount, currency), credit(cash, amount, currency));
      unfolding.record({ type: 'WithdrawalReversed', data: { ...facts, ...moving(unfolding, postings) } });
      return answer(unfolding, paymentId);
    })
    .otherwise(([, from, to]) => reject({ type: 'InvalidTransition', from, to }));
}

/** From held back to cash. */
function release({ playerId }: Unfolding, { amount, currency }: Payment) {
  return legs(debit(withdrawalAccount(playerId), amount, currency), credit(cashAccount(playerId), amount, currency));
}

/** The same request again (its id comes from the Idempotency-Key): the first answer; with other content: a conflict. */
function repeatOf(
  unfolding: Unfolding,
  kind: Payment['kind'],
  request: PaymentRequest,
): PlayerDecision<PaymentAnswer> | undefined {
  const payment = paymentOf(unfolding, request.paymentId);
  if (payment === undefined) return undefined;
  const { psp, amount, currency } = request;
  const same =
    payment.kind === kind && payment.psp === psp && payment.amount === amount && payment.currency === currency;
  return same
    ? nothingNew({ paymentId: request.paymentId, status: 'requested', payment })
    : reject({ type: 'IdempotencyConflict' });
}

function answer(unfolding: Unfolding, paymentId: string): PlayerDecision<PaymentAnswer> {
  const payment = paymentOf(unfolding, paymentId);
  if (payment === undefined) throw new Error(`payment ${paymentId} was just recorded`);
  return done(unfolding, { paymentId, status: payment.status, payment });
}
