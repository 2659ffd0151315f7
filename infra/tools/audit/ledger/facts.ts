import { match, P } from 'ts-pattern';
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
  const between = (from: string, to: string, amount: string): readonly Move[] => [
    ['debit', from, amount],
    ['credit', to, amount],
  ];
  const spread = (side: Move[0], { cash: own, converted, bonus: part, cost }: Payout): readonly Move[] => [
    [side, cash, own],
    [side, cash, converted],
    [side, bonus, part],
    [side, BONUS_COST, cost],
  ];
  const staked = (
    provider: string,
    bet: { amount: string; funding: { cash: string; bonus: string } },
  ): readonly Move[] => [
    ['debit', cash, bet.funding.cash],
    ['debit', bonus, bet.funding.bonus],
    ['credit', `house:wagers:${provider}`, bet.amount],
  ];
  const paid = (provider: string, win: { amount: string; payout: Payout }): readonly Move[] => [
    ['debit', `house:payouts:${provider}`, win.amount],
    ...spread('credit', win.payout),
  ];
  return match(event)
    .returnType<readonly Move[] | undefined>()
    .with({ type: 'DepositCompleted' }, ({ data }) => between(`psp:${data.psp}`, cash, data.amount))
    .with({ type: 'DepositReversed' }, ({ data }) => between(cash, `psp:${data.psp}`, data.amount))
    .with({ type: 'WithdrawalRequested' }, ({ data }) => between(cash, held, data.amount))
    .with({ type: 'WithdrawalCompleted' }, ({ data }) => between(held, `psp:${data.psp}`, data.amount))
    .with({ type: P.union('WithdrawalRejected', 'WithdrawalCancelled', 'WithdrawalFailed') }, ({ data }) =>
      between(held, cash, data.amount),
    )
    .with({ type: 'WithdrawalReversed' }, ({ data }) => between(`psp:${data.psp}`, cash, data.amount))
    .with({ type: 'BetPlaced' }, ({ data }) => staked(data.provider, data))
    .with({ type: 'WinCredited' }, ({ data }) => paid(data.provider, data))
    .with({ type: 'RoundPlayed' }, ({ data }) => [...staked(data.provider, data.bet), ...paid(data.provider, data.win)])
    .with({ type: 'TransactionRolledBack' }, ({ data }) => {
      // Version 1 does not say where the legs went; that the house's leg is mirrored is checked with the original.
      if (data.undone === null) return undefined;
      return data.original === 'bet'
        ? [['debit', `house:wagers:${data.provider}`, data.amount], ...spread('credit', data.undone)]
        : [['credit', `house:payouts:${data.provider}`, data.amount], ...spread('debit', data.undone)];
    })
    .with({ type: 'BonusGranted' }, ({ data }) => between(BONUS_COST, bonus, data.amount))
    .with({ type: 'BonusCompleted' }, ({ data }) => [
      ...between(bonus, cash, data.converted),
      ...between(bonus, BONUS_COST, data.excess),
    ])
    .with({ type: 'BonusCancelled' }, ({ data }) => between(bonus, BONUS_COST, data.forfeited))
    .otherwise(() => undefined);
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
  /** Expected minus found, each as debits minus credits. */
  const open = new Map<string, Units>();
  const expected = new Map<string, Units>();
  for (const [side, account, amount] of moves) {
    const units = unitsOf(amount, currency);
    if (units === undefined || units < 0n) {
      return {
        known: true,
        flaw: { what: 'names an amount that is none', expected: `an amount of ${currency}`, found: amount },
      };
    }
    const signed = side === 'debit' ? units : -units;
    open.set(account, (open.get(account) ?? 0n) + signed);
    expected.set(account, (expected.get(account) ?? 0n) + signed);
  }
  for (const { account, side, units } of legs) {
    open.set(account, (open.get(account) ?? 0n) - (side === 'debit' ? units : -units));
  }
  for (const [account, difference] of open) {
    if (difference === 0n) continue;
    const said = expected.get(account) ?? 0n;
    const what = `moves something else at ${account} than it says`;
    return { known: true, flaw: { what, expected: sided(said, currency), found: sided(said - difference, currency) } };
  }
  return { known: true, flaw: undefined };
}

function sided(units: Units, currency: string): string {
  if (units === 0n) return 'nothing';
  return `${units > 0n ? 'a debit' : 'a credit'} of ${amountOf(units < 0n ? -units : units, currency)} ${currency}`;
}
