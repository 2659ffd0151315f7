import {
  type LimitKind,
  type LimitPeriod,
  limitKind,
  limitPeriod,
  type PlayerEvent,
} from '../../../../shared/events/player-events.js';

const HOUR_MS = 3_600_000;
const WINDOW_HOURS: { readonly [P in LimitPeriod]: number } = { day: 24, week: 168, month: 720 };

export type Asked = { readonly kind: LimitKind; readonly cents: number };
type Standing = Asked & { readonly id: string; readonly at: number };
type Pending = { readonly cents: number; readonly from: number } | null;

/**
 * Limits as anyone would explain them. It keeps every transaction that stands with its moment, adds all of them up again
 * for each question, in whole cents (infinity is no limit), and knows of hours only where a window begins.
 */
export function modelOfLimits() {
  let standing: readonly Standing[] = [];
  const requestedAt = new Map<string, number>();
  const limits = new Map<string, { cents: number; pending: Pending }>();

  const keep = (id: string, kind: LimitKind, cents: number, at: number) => {
    standing = [...standing, { id, kind, cents, at }];
  };
  const drop = (id: string) => {
    standing = standing.filter((each) => each.id !== id);
  };

  return {
    /** The raises whose time has come. */
    reach(now: number): void {
      for (const each of limits.values()) {
        if (each.pending === null || each.pending.from > now) continue;
        each.cents = each.pending.cents;
        each.pending = null;
      }
    },

    set(kind: LimitKind, period: LimitPeriod, cents: number, now: number): void {
      const name = `${kind} ${period}`;
      const standing = limits.get(name) ?? { cents: Number.POSITIVE_INFINITY, pending: null };
      limits.set(name, standing);
      if (cents <= standing.cents) {
        standing.cents = cents;
        standing.pending = null;
      } else if (standing.pending?.cents !== cents) {
        standing.pending = { cents, from: now + 24 * HOUR_MS };
      }
    },

    /** The limits that this would pass, the one with the least left first. */
    passedBy(asked: readonly Asked[], now: number) {
      return limitKind.options
        .flatMap((kind) => limitPeriod.options.map((period) => ({ kind, period })))
        .map(({ kind, period }) => {
          const since = (Math.floor(now / HOUR_MS) - WINDOW_HOURS[period]) * HOUR_MS;
          const counted = standing.filter((each) => each.kind === kind && each.at >= since);
          const of = limits.get(`${kind} ${period}`)?.cents ?? Number.POSITIVE_INFINITY;
          return { kind, period, of, left: counted.reduce((left, { cents }) => left - cents, of) };
        })
        .filter(({ kind, left }) => asked.some((each) => each.kind === kind && each.cents > 0 && each.cents > left))
        .sort((one, other) => one.left - other.left);
    },

    /** Takes note of what was accepted. */
    note(event: PlayerEvent, now: number): void {
      if (event.type === 'BetPlaced' || event.type === 'RoundPlayed') {
        const { transactionId, amount, funding } = event.type === 'BetPlaced' ? event.data : event.data.bet;
        keep(transactionId, 'wager', centsOf(amount), now);
        keep(transactionId, 'loss', centsOf(funding.cash), now);
      }
      if (event.type === 'WinCredited' || event.type === 'RoundPlayed') {
        const { transactionId, payout } = event.type === 'WinCredited' ? event.data : event.data.win;
        keep(transactionId, 'loss', -centsOf(payout.cash), now);
      }
      if (event.type === 'TransactionRolledBack') drop(event.data.referenceTransactionId);
      if (event.type === 'DepositRequested') {
        requestedAt.set(event.data.paymentId, now);
        keep(event.data.paymentId, 'deposit', centsOf(event.data.amount), now);
      }
      if (event.type === 'DepositFailed') drop(event.data.paymentId);
      if (event.type === 'DepositCompleted') {
        const { paymentId, amount } = event.data;
        drop(paymentId);
        keep(paymentId, 'deposit', centsOf(amount), requestedAt.get(paymentId) ?? now);
      }
    },

    /** What stands, to be compared. */
    limitTexts(): readonly string[] {
      return [...limits]
        .filter(([, { cents }]) => cents !== Number.POSITIVE_INFINITY)
        .map(([name, { cents, pending }]) => limitText(name, cents, pending))
        .sort();
    },
  };
}

export function limitText(name: string, cents: number, pending: Pending): string {
  return `${name}: ${cents}${pending === null ? '' : `, from ${pending.from} on ${pending.cents}`}`;
}

/** Of an amount with two decimals; null, no limit, is infinity. */
export function centsOf(amount: string | null): number {
  return amount === null ? Number.POSITIVE_INFINITY : Number(amount.replace('.', ''));
}
