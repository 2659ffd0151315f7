import type { Decoded } from '../../../../shared/events/codec.js';
import type { Payout, PlayerEvent } from '../../../../shared/events/player-events.js';
import { amountOf, type Units, unitsOf } from './minor-units.js';
import type { Flaw, Leg } from './postings.js';

/** An amount, and the account that it leaves (debit) or comes to (credit). */
type Move = readonly [side: 'debit' | 'credit', account: string, amount: string];

const BONUS_COST = 'house:bonus-cost';

/**
 * The ledger's table, said once more and not taken from the code that writes it: which accounts a fact moves, and how
 * much. Undefined for facts that this table does not know: their legs only have to balance.
 */
function movesOf(playerId: string, event: Decoded<PlayerEvent>): readonly Move[] | undefined {
  const cash = `player:${playerId}:cash`;
  const bonus = `player:${playerId}:bonus`;
  const held = `player:${playerId}:withdrawal`;
  switch (event.type) {
    case 'DepositCompleted':
    case 'WithdrawalReversed':
      return between(`psp:${event.data.psp}`, cash, event.data.amount);
    case 'DepositReversed':
      return between(cash, `psp:${event.data.psp}`, event.data.amount);
    case 'WithdrawalRequested':
      return between(cash, held, event.data.amount);
    case 'WithdrawalCompleted':
      return between(held, `psp:${event.data.psp}`, event.data.amount);
    case 'WithdrawalRejected':
    case 'WithdrawalCancelled':
    case 'WithdrawalFailed':
      return between(held, cash, event.data.amount);
    case 'BetPlaced':
      return staked(cash, bonus, event.data.provider, event.data);
    case 'WinCredited':
      return paid(cash, bonus, event.data.provider, event.data);
    case 'RoundPlayed': {
      const { provider, bet, win } = event.data;
      return [...staked(cash, bonus, provider, bet), ...paid(cash, bonus, provider, win)];
    }
    case 'TransactionRolledBack': {
      const { undone, original, provider, amount } = event.data;
      // Version 1 does not say where the legs went; that the house's leg is mirrored is checked with the original.
      if (undone === null) return undefined;
      return original === 'bet'
        ? [['debit', `house:wagers:${provider}`, amount], ...spread('credit', cash, bonus, undone)]
        : [['credit', `house:payouts:${provider}`, amount], ...spread('debit', cash, bonus, undone)];
    }
    case 'BonusGranted':
      return between(BONUS_COST, bonus, event.data.amount);
    case 'BonusCompleted':
      return [...between(bonus, cash, event.data.converted), ...between(bonus, BONUS_COST, event.data.excess)];
    case 'BonusCancelled':
      return between(bonus, BONUS_COST, event.data.forfeited);
    default:
      return undefined;
  }
}

// Functions of the file, not of the call: these run for every event.

function between(from: string, to: string, amount: string): readonly Move[] {
  return [
    ['debit', from, amount],
    ['credit', to, amount],
  ];
}

function staked(
  cash: string,
  bonus: string,
  provider: string,
  { amount, funding }: { readonly amount: string; readonly funding: { readonly cash: string; readonly bonus: string } },
): readonly Move[] {
  return [
    ['debit', cash, funding.cash],
    ['debit', bonus, funding.bonus],
    ['credit', `house:wagers:${provider}`, amount],
  ];
}

function paid(
  cash: string,
  bonus: string,
  provider: string,
  { amount, payout }: { readonly amount: string; readonly payout: Payout },
): readonly Move[] {
  return [['debit', `house:payouts:${provider}`, amount], ...spread('credit', cash, bonus, payout)];
}

function spread(side: Move[0], cash: string, bonus: string, payout: Payout): readonly Move[] {
  return [
    [side, cash, payout.cash],
    [side, cash, payout.converted],
    [side, bonus, payout.bonus],
    [side, BONUS_COST, payout.cost],
  ];
}

/** Whether the legs move what the fact says; by account, since a leg of nothing is left out and legs of one side may be one. */
export function checkFact(
  playerId: string,
  event: Decoded<PlayerEvent>,
  legs: readonly Leg[],
  currency: string,
): { readonly known: boolean; readonly flaw: Flaw | undefined } {
  const moves = movesOf(playerId, event);
  if (moves === undefined) return { known: false, flaw: undefined };
  /** By account, expected minus found, each as debits minus credits. */
  const open = new Map<string, Units>();
  for (const [side, account, amount] of moves) {
    const units = unitsOf(amount, currency);
    if (units === undefined || units < 0n) {
      const flaw = { what: 'names an amount that is none', expected: `an amount of ${currency}`, found: amount };
      return { known: true, flaw };
    }
    if (units === 0n) continue;
    open.set(account, (open.get(account) ?? 0n) + (side === 'debit' ? units : -units));
  }
  for (const { account, side, units } of legs) {
    open.set(account, (open.get(account) ?? 0n) - (side === 'debit' ? units : -units));
  }
  for (const [account, difference] of open) {
    if (difference === 0n) continue;
    let found = 0n;
    for (const leg of legs) if (leg.account === account) found += leg.side === 'debit' ? leg.units : -leg.units;
    const what = `moves something else at ${account} than it says`;
    return {
      known: true,
      flaw: { what, expected: sided(found + difference, currency), found: sided(found, currency) },
    };
  }
  return SOUND;
}

const SOUND = { known: true, flaw: undefined } as const;

function sided(units: Units, currency: string): string {
  if (units === 0n) return 'nothing';
  return `${units > 0n ? 'a debit' : 'a credit'} of ${amountOf(units < 0n ? -units : units, currency)} ${currency}`;
}
