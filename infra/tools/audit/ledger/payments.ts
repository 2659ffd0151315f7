import type { Decoded } from '../../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import type { Payment, PlayerBooks } from './books.js';
import type { Report } from './report.js';

/** kind → status → the statuses that may follow. */
const STEPS: { readonly [kind in Payment['kind']]: { readonly [from: string]: readonly string[] } } = {
  deposit: { requested: ['completed', 'failed'], failed: ['completed'], completed: ['reversed'] },
  withdrawal: {
    requested: ['approved', 'rejected', 'cancelled'],
    approved: ['completed', 'failed'],
    completed: ['reversed'],
  },
};

const STEP_TYPE = /^(Deposit|Withdrawal)(Requested|Approved|Rejected|Cancelled|Completed|Failed|Reversed)$/;

/** What a payment's event says, by its type's name: `DepositCompleted` is a deposit that is now completed. */
export function paymentStepOf({ type, data }: Decoded<PlayerEvent>) {
  if (!('paymentId' in data)) return undefined;
  const [, kind, status] = STEP_TYPE.exec(type) ?? [];
  if (kind === undefined || status === undefined) return undefined;
  return { kind: kind === 'Deposit' ? 'deposit' : 'withdrawal', status: status.toLowerCase(), data } as const;
}

/** Payments go through their states in order, at one amount, with one PSP. */
export function checkPayment(
  books: PlayerBooks,
  event: Decoded<PlayerEvent>,
  { mayLieBefore, checked, report }: { mayLieBefore: boolean; checked: () => void; report: Report },
): void {
  const step = paymentStepOf(event);
  if (step === undefined) return;
  checked();
  const { kind, status, data } = step;
  const { paymentId, psp, amount, currency } = data;
  books.payments ??= new Map();
  const payment = books.payments.get(paymentId);
  if (payment === undefined) {
    if (status !== 'requested' && !mayLieBefore) {
      report('payments', `takes a step of the payment ${paymentId}, which nobody requested`, 'requested', status);
    }
    books.payments.set(paymentId, { kind, psp, amount, currency, status });
    return;
  }
  const steps = STEPS[payment.kind][payment.status] ?? [];
  if (payment.kind !== kind || !steps.includes(status)) {
    const expected = steps.join(' or ') || `nothing after ${payment.status}`;
    report(
      'payments',
      `takes a step that the ${payment.kind} ${paymentId} may not take`,
      expected,
      `${kind} ${status}`,
    );
  }
  const [before, now] = [payment, data].map((one) => `${one.amount} ${one.currency} by ${one.psp}`);
  if (before !== now) report('payments', `changes the payment ${paymentId}`, `${before}`, `${now}`);
  payment.status = status;
}
