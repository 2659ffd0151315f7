import type { LimitKind, LimitPeriod, PlayerEvent } from '../../../shared/events/player-events.js';
import { type Amount, add, negate, subtract, zero } from '../../../shared/money/money.js';
import { emptyMap } from './maps.js';
import { type Past, paymentOf } from './past.js';
import type { RegisteredPlayer, Spending, Spent } from './state.js';
import type { Moment } from './time.js';

// What a player deposited, wagered and lost, hour by hour. It is counted whether a limit stands or not: one that is
// set later sees the past. A bet touches the running hour only; sums over a window are made when a limit asks for one.

const HOUR_MS = 3600 * 1000;

/** A window is the running hour and this many whole hours before it: whole hours roll, so it is never shorter than its name. */
const WINDOW_HOURS: { readonly [P in LimitPeriod]: number } = { day: 24, week: 168, month: 720 };

/** Before the running hour. Nothing older is in any window. */
const HOURS_KEPT = WINDOW_HOURS.month;

export function noSpending(currency: string, at: Moment): Spending {
  return { hour: hourOf(at), running: nothingSpent(currency), earlier: emptyMap() };
}

/**
 * What is counted after an event.
 *
 * deposit: requested and not failed, in the hour of the request; a chargeback changes nothing, it was deposited.
 * wager: stakes. loss: stakes from cash less what was won with them. Both in the hour of the transaction, where its
 * rollback takes them back. What a bonus turns into cash (at its completion, or as `converted` with a late win) is no
 * cash win: its stake was no cash stake, and it would count or not by the moment at which the bonus completed.
 */
export function spendingAfter(state: RegisteredPlayer, event: PlayerEvent, at: Moment, past: Past): Spending {
  switch (event.type) {
    case 'DepositRequested':
      return count(state, at, { deposit: event.data.amount });
    case 'DepositFailed': {
      const requestedAt = paymentOf({ state, past }, event.data.paymentId)?.requestedAt ?? at;
      return count(state, requestedAt, { deposit: negate(event.data.amount) });
    }
    case 'DepositCompleted': {
      const payment = paymentOf({ state, past }, event.data.paymentId);
      // Late money: its failure had taken it out.
      if (payment?.status !== 'failed') return state.spending;
      return count(state, payment.requestedAt, { deposit: event.data.amount });
    }
    case 'BetPlaced':
      return count(state, at, { wager: event.data.amount, loss: event.data.funding.cash });
    case 'WinCredited':
      return count(state, at, { loss: negate(event.data.payout.cash) });
    case 'RoundPlayed': {
      const { bet, win } = event.data;
      return count(state, at, { wager: bet.amount, loss: subtract(bet.funding.cash, win.payout.cash) });
    }
    case 'TransactionRolledBack': {
      const { original, originalAt, amount, undone, balances } = event.data;
      // Version 1 says only what the balances came to.
      const cash = undone === null ? difference(balances.cash, state.balances.cash, original === 'bet') : undone.cash;
      const change = original === 'bet' ? { wager: negate(amount), loss: negate(cash) } : { loss: cash };
      return count(state, originalAt ?? at, change);
    }
    default: // Nothing else is deposited, wagered or lost.
      return state.spending;
  }
}

/** What counts in the window that ends now. */
export function spentIn(spending: Spending, kind: LimitKind, period: LimitPeriod, now: Moment): Amount {
  const since = hourOf(now) - WINDOW_HOURS[period];
  const earlier = sumSince(spending, kind, since);
  return spending.hour >= since ? add(earlier, spending.running[kind]) : earlier;
}

/** Earlier hours hardly ever change, and hundreds of them would be added up for every bet. */
const sums = new WeakMap<Spending['earlier'], Map<string, Amount>>();

/** The sum of the earlier hours from this one on. */
function sumSince({ earlier, running }: Spending, kind: LimitKind, since: number): Amount {
  // The empty map is everybody's, in whatever currency.
  if (earlier.size === 0) return subtract(running[kind], running[kind]);
  const known = sums.get(earlier) ?? new Map<string, Amount>();
  sums.set(earlier, known);
  const name = `${kind} ${since}`;
  let sum = known.get(name);
  if (sum === undefined) {
    sum = subtract(running[kind], running[kind]);
    for (const [hour, spent] of earlier) if (hour >= since) sum = add(sum, spent[kind]);
    known.set(name, sum);
  }
  return sum;
}

function count({ spending, balances }: RegisteredPlayer, at: Moment, change: Partial<Spent>): Spending {
  const hour = hourOf(at);
  if (hour === spending.hour) return { ...spending, running: sumOf(spending.running, change) };
  const nothing = nothingSpent(balances.currency);
  if (hour > spending.hour) {
    const ended = [...spending.earlier, [spending.hour, spending.running] as const];
    const earlier = new Map(ended.filter(([old]) => old >= hour - HOURS_KEPT));
    return { hour, running: sumOf(nothing, change), earlier };
  }
  // It has left every window, and so has what is taken back.
  if (hour < spending.hour - HOURS_KEPT) return spending;
  const earlier = new Map(spending.earlier).set(hour, sumOf(spending.earlier.get(hour) ?? nothing, change));
  return { ...spending, earlier };
}

function sumOf(spent: Spent, change: Partial<Spent>): Spent {
  return {
    deposit: plus(spent.deposit, change.deposit),
    loss: plus(spent.loss, change.loss),
    wager: plus(spent.wager, change.wager),
  };
}

function plus(amount: Amount, change: Amount | undefined): Amount {
  return change === undefined ? amount : add(amount, change);
}

function nothingSpent(currency: string): Spent {
  const nothing = zero(currency);
  return { deposit: nothing, loss: nothing, wager: nothing };
}

function difference(after: Amount, before: Amount, rises: boolean): Amount {
  return rises ? subtract(after, before) : subtract(before, after);
}

/** Whole hours since 1970, UTC. */
function hourOf(at: Moment): number {
  return Math.floor(Date.parse(at) / HOUR_MS);
}
