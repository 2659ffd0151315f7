import { read } from '../minor-units.js';
import type { CommandOf } from '../script.js';
import { cancel, reasonsOf, templateOf } from './bonuses.js';
import { refusalOfLimits, spend } from './limits.js';
import type { ModelPayment } from './model-player.js';
import { accept, type Moves, move, note, type Outcome, refuse, type Turn, visible } from './turn.js';

export function deposit(turn: Turn, command: CommandOf<'deposit'>): Outcome {
  const { player } = turn;
  const repeated = repeatOf(turn, 'deposit', command);
  if (repeated !== undefined) return repeated;
  if (command.currency !== player.currency) return refuse('CurrencyMismatch', { expected: player.currency });
  if (player.blocks.length > 0) return refuse('PlayerBlocked', { reasons: reasonsOf(turn) });
  const limited = refusalOfLimits(turn, { deposit: read(command.amount) });
  if (limited !== undefined) return limited;
  const payment = requested(turn, 'deposit', command);
  spend(turn, turn.now, { deposit: read(command.amount) });
  note(turn, 'DepositRequested', factOf(turn, command.name, payment));
  return answer(turn, command.name, payment);
}

/** Never gated by a block; a bonus that a withdrawal forfeits goes with it. */
export function withdraw(turn: Turn, command: CommandOf<'withdraw'>): Outcome {
  const { player } = turn;
  const repeated = repeatOf(turn, 'withdrawal', command);
  if (repeated !== undefined) return repeated;
  if (command.currency !== player.currency) return refuse('CurrencyMismatch', { expected: player.currency });
  const minor = read(command.amount);
  if (player.cash < minor) return refuse('InsufficientFunds', { balance: visible(turn), currency: player.currency });
  const payment = requested(turn, 'withdrawal', command);
  const fact = factOf(turn, command.name, payment);
  move(turn, 'WithdrawalRequested', fact, { cash: -minor, withdrawal: minor });
  const { active } = player;
  const bonus = active === null ? undefined : player.bonuses.get(active.userBonusId);
  if (active !== null && bonus !== undefined && templateOf(bonus.bonusId).forfeitedByWithdrawal)
    cancel(turn, active.userBonusId, 'withdrawal');
  return answer(turn, command.name, payment);
}

export function approve(turn: Turn, { name }: CommandOf<'approve'>): Outcome {
  const { player } = turn;
  const payment = player.payments.get(idOf(turn, name));
  if (payment?.kind !== 'withdrawal') return refuse('PaymentNotFound');
  if (payment.status === 'approved') return answer(turn, name, payment);
  if (payment.status !== 'requested') return refuse('InvalidTransition', { from: payment.status, to: 'approved' });
  if (player.blocks.some(([reason]) => reason === 'fraud')) return refuse('PlayerBlocked', { reasons: ['fraud'] });
  if (player.cash < 0) return refuse('InsufficientFunds', { balance: visible(turn), currency: player.currency });
  const approved = become(turn, name, payment, 'approved');
  note(turn, 'WithdrawalApproved', factOf(turn, name, approved));
  return answer(turn, name, approved);
}

export function stop(turn: Turn, { name, to }: CommandOf<'stop'>): Outcome {
  const payment = turn.player.payments.get(idOf(turn, name));
  if (payment?.kind !== 'withdrawal') return refuse('PaymentNotFound');
  if (payment.status === to) return answer(turn, name, payment);
  if (payment.status !== 'requested') return refuse('InvalidTransition', { from: payment.status, to });
  const stopped = become(turn, name, payment, to);
  const type = to === 'cancelled' ? 'WithdrawalCancelled' : 'WithdrawalRejected';
  move(turn, type, factOf(turn, name, stopped), released(payment));
  return answer(turn, name, stopped);
}

type Change = { readonly type: string; readonly moves: (payment: ModelPayment, psp: string) => Moves | null };

/** The arrows that a payment has, and nothing else. What a PSP reports is always taken. */
const CHANGES: { readonly [arrow: string]: Change } = {
  'deposit requested completed': { type: 'DepositCompleted', moves: paidIn },
  'deposit failed completed': { type: 'DepositCompleted', moves: paidIn },
  'deposit requested failed': { type: 'DepositFailed', moves: () => null },
  'deposit completed reversed': {
    type: 'DepositReversed',
    moves: ({ amount }, psp) => ({ cash: -read(amount), [psp]: read(amount) }),
  },
  'withdrawal approved completed': {
    type: 'WithdrawalCompleted',
    moves: ({ amount }, psp) => ({ withdrawal: -read(amount), [psp]: read(amount) }),
  },
  'withdrawal approved failed': { type: 'WithdrawalFailed', moves: released },
  'withdrawal completed reversed': { type: 'WithdrawalReversed', moves: paidIn },
};

export function report(turn: Turn, { name, psp, status }: CommandOf<'report'>): Outcome {
  const { player, journal } = turn;
  const payment = player.payments.get(idOf(turn, name));
  if (payment?.psp !== psp) return refuse('PaymentNotFound');
  if (payment.reported.includes(status)) return accept({ paymentId: idOf(turn, name), status, payment });
  const change = CHANGES[`${payment.kind} ${payment.status} ${status}`];
  if (change === undefined) return refuse('InvalidTransition', { from: payment.status, to: status });
  const changed = become(turn, name, { ...payment, reported: [...payment.reported, status] }, status);
  const fact = { ...factOf(turn, name, changed), pspReference: `ref-${name}` };
  const moves = change.moves(payment, `psp:${psp}`);
  if (moves === null) note(turn, change.type, fact);
  else move(turn, change.type, fact, moves);
  // What failed was not deposited after all; late money was.
  const minor = read(payment.amount);
  if (change.type === 'DepositFailed') spend(turn, payment.requestedAt, { deposit: -minor });
  if (change.type === 'DepositCompleted' && payment.status === 'failed')
    spend(turn, payment.requestedAt, { deposit: minor });
  if (change.type === 'DepositCompleted')
    journal.change(player, { lastDeposit: { paymentId: idOf(turn, name), amount: payment.amount } });
  // No bonus is counted on money that went back.
  if (change.type === 'DepositReversed' && player.lastDeposit?.paymentId === idOf(turn, name))
    journal.change(player, { lastDeposit: null });
  if (change.type === 'DepositReversed' && player.active?.depositId === idOf(turn, name))
    cancel(turn, player.active.userBonusId, 'deposit_reversed');
  return answer(turn, name, changed);
}

function paidIn({ amount }: ModelPayment, psp: string): Moves {
  return { cash: read(amount), [psp]: -read(amount) };
}

function released({ amount }: ModelPayment): Moves {
  return { cash: read(amount), withdrawal: -read(amount) };
}

function repeatOf(
  turn: Turn,
  kind: ModelPayment['kind'],
  { name, psp, amount, currency }: CommandOf<'deposit' | 'withdraw'>,
): Outcome | undefined {
  const seen = turn.player.payments.get(idOf(turn, name));
  if (seen === undefined) return undefined;
  const same = seen.kind === kind && seen.psp === psp && seen.amount === amount && seen.currency === currency;
  if (!same) return refuse('IdempotencyConflict');
  return accept({ paymentId: idOf(turn, name), status: 'requested', payment: seen });
}

function requested(
  { player, journal, now }: Turn,
  kind: ModelPayment['kind'],
  { name, psp, amount, currency }: CommandOf<'deposit' | 'withdraw'>,
): ModelPayment {
  const payment = { kind, psp, amount, currency, status: 'requested', requestedAt: now, reported: [] };
  journal.put(player.payments, `${player.id}-${name}`, payment);
  return payment;
}

function become(turn: Turn, name: string, payment: ModelPayment, status: string): ModelPayment {
  const changed = { ...payment, status };
  turn.journal.put(turn.player.payments, idOf(turn, name), changed);
  return changed;
}

function factOf(turn: Turn, name: string, { psp, amount, currency }: ModelPayment) {
  return { paymentId: idOf(turn, name), psp, amount, currency };
}

function answer(turn: Turn, name: string, payment: ModelPayment): Outcome {
  return accept({ paymentId: idOf(turn, name), status: payment.status, payment });
}

function idOf({ player }: Turn, name: string): string {
  return `${player.id}-${name}`;
}
