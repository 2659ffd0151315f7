import type { Decoded } from '../../../../shared/events/codec.js';
import type { PlayerEvent, PlayerEventOf } from '../../../../shared/events/player-events.js';
import type { Bonuses } from './bonuses.js';
import type { PlayerBooks } from './books.js';
import type { Check } from './checks.js';
import { amountOf, type Units, unitsOf } from './minor-units.js';
import type { Leg } from './postings.js';
import type { Report } from './report.js';
import type { Kind, TransactionTable } from './transaction-table.js';

export type TransactionChecks = {
  /** @param report says what is wrong with this event */
  take(books: PlayerBooks, event: Decoded<PlayerEvent>, legs: readonly Leg[], report: Report): void;
};

export type TransactionOptions = {
  readonly table: TransactionTable;
  readonly bonuses: Bonuses;
  readonly checked: (check: Check) => void;
  /** Whether a transaction that was not seen may lie before where reading began: then it is taken as given. */
  readonly mayLieBefore: boolean;
};

/** What providers did: no id twice, each win with its bet, each rollback with its original. */
export function createTransactionChecks({
  table,
  bonuses,
  checked,
  mayLieBefore,
}: TransactionOptions): TransactionChecks {
  type Named = { readonly kind: Kind; readonly provider: string; readonly id: string; readonly round: string };

  /** Adds the transaction, and answers its row; undefined when its id was used before. */
  function burn(
    books: PlayerBooks,
    { kind, provider, id, round }: Named,
    more: { readonly amount: Units; readonly bet?: number | undefined; readonly wagering?: Wagering | undefined },
    report: Report,
  ): number | undefined {
    checked('keys');
    const key = keyOf(books, provider, id);
    const seen = table.find(key);
    if (seen !== undefined) {
      report('keys', `uses the transaction id ${id} of ${provider} again`, 'an id never used before', table.kind(seen));
      return undefined;
    }
    return table.add(key, { kind, round, ...more });
  }

  type Wagering = { readonly bonus: number; readonly amount: Units };

  function addBet(
    books: PlayerBooks,
    named: Omit<Named, 'kind'>,
    bet: Pick<PlayerEventOf<'BetPlaced'>['data'], 'amount' | 'wagering'>,
    currency: string,
    report: Report,
  ): number | undefined {
    const counted = bet.wagering === null ? undefined : bonuses.count(books, bet.wagering, currency, report);
    const amount = unitsOf(bet.amount, currency) ?? 0n;
    if (amount <= 0n) report('facts', 'is a bet of nothing', 'a stake above zero', bet.amount);
    return burn(books, { kind: 'bet', ...named }, { amount, wagering: counted }, report);
  }

  function betOfWin(books: PlayerBooks, { data }: { data: PlayerEventOf<'WinCredited'>['data'] }, report: Report) {
    checked('wins');
    const { provider, referenceTransactionId: reference, roundId } = data;
    const row = table.find(keyOf(books, provider, reference));
    if (row === undefined) {
      if (!mayLieBefore) report('wins', 'is a win without its bet', `a bet ${reference} of ${provider}`, 'nothing');
      return undefined;
    }
    if (table.kind(row) !== 'bet') report('wins', 'is a win of something else', `a bet ${reference}`, table.kind(row));
    else if (!table.isRound(row, roundId)) {
      report('wins', 'is a win of another round than its bet', `the round of bet ${reference}`, roundId);
    } else if (table.isRolledBack(row)) {
      report('wins', 'is a win of a bet that was rolled back', `a standing bet ${reference}`, 'a rolled back one');
    }
    return row;
  }

  function undo(
    books: PlayerBooks,
    { data }: { data: PlayerEventOf<'TransactionRolledBack'>['data'] },
    legs: readonly Leg[],
    report: Report,
  ): void {
    checked('rollbacks');
    const { provider, referenceTransactionId: reference, roundId, original, amount, currency } = data;
    checkHouseLeg(data, legs, report);
    const row = table.find(keyOf(books, provider, reference));
    if (row === undefined) {
      if (!mayLieBefore) report('rollbacks', 'undoes nothing', `a ${original} ${reference} of ${provider}`, 'nothing');
      return;
    }
    const kind = table.kind(row);
    if (kind !== original) report('rollbacks', 'undoes something else than it says', original, kind);
    if (kind !== 'bet' && kind !== 'win') return;
    if (!table.isRound(row, roundId)) report('rollbacks', 'names another round', `that of ${reference}`, roundId);
    if (table.amount(row) !== unitsOf(amount, currency)) {
      report('rollbacks', 'undoes another amount', amountOf(table.amount(row), currency), amount);
    }
    if (table.isRolledBack(row)) {
      report('rollbacks', 'undoes what was undone before', `a standing ${kind} ${reference}`, 'a rolled back one');
      return;
    }
    if (table.standingWins(row) > 0) {
      report('rollbacks', 'undoes a bet that has a win', 'no standing win', String(table.standingWins(row)));
    }
    table.setRolledBack(row);
    const bet = table.bet(row);
    if (bet !== undefined) table.countWin(bet, -1);
    const counted = table.wagering(row);
    if (counted !== undefined) bonuses.uncount(books, counted);
  }

  return {
    take(books, event, legs, report) {
      switch (event.type) {
        case 'BetPlaced': {
          const { provider, transactionId: id, roundId: round, currency } = event.data;
          addBet(books, { provider, id, round }, event.data, currency, report);
          return;
        }
        case 'WinCredited': {
          const { provider, transactionId: id, roundId: round, amount, currency } = event.data;
          const bet = betOfWin(books, event, report);
          const won = { amount: unitsOf(amount, currency) ?? 0n, bet };
          if (burn(books, { kind: 'win', provider, id, round }, won, report) !== undefined && bet !== undefined) {
            table.countWin(bet, 1);
          }
          return;
        }
        case 'RoundPlayed': {
          const { provider, roundId: round, currency, bet, win } = event.data;
          const row = addBet(books, { provider, id: bet.transactionId, round }, bet, currency, report);
          const won = { amount: unitsOf(win.amount, currency) ?? 0n, bet: row };
          burn(books, { kind: 'win', provider, id: win.transactionId, round }, won, report);
          if (row !== undefined) table.countWin(row, 1);
          return;
        }
        case 'TransactionRolledBack': {
          const { provider, transactionId: id, roundId: round } = event.data;
          undo(books, event, legs, report);
          burn(books, { kind: 'rollback', provider, id, round }, { amount: 0n }, report);
          return;
        }
        case 'RollbackTombstoned': {
          const { provider, transactionId: id, referenceTransactionId: reference, roundId: round } = event.data;
          burn(books, { kind: 'unseen rollback', provider, id, round }, { amount: 0n }, report);
          if (reference !== id)
            burn(books, { kind: 'tombstone', provider, id: reference, round }, { amount: 0n }, report);
          return;
        }
        default: // No other event names a provider's transaction.
      }
    },
  };
}

/** What the player gets back may go elsewhere than it came from; the house's leg may not. */
function checkHouseLeg(
  data: PlayerEventOf<'TransactionRolledBack'>['data'],
  legs: readonly Leg[],
  report: Report,
): void {
  const { original, provider, amount, currency } = data;
  const account = `house:${original === 'bet' ? 'wagers' : 'payouts'}:${provider}`;
  const side = original === 'bet' ? 'debit' : 'credit';
  const units = unitsOf(amount, currency) ?? 0n;
  const house = legs.filter(
    (leg) => leg.account.startsWith('house:wagers:') || leg.account.startsWith('house:payouts:'),
  );
  const mirrored =
    units === 0n
      ? house.length === 0
      : house.length === 1 && house[0]?.account === account && house[0].side === side && house[0].units === units;
  if (mirrored) return;
  const found = house.map((leg) => `a ${leg.side} of ${amountOf(leg.units, leg.currency)} at ${leg.account}`);
  report(
    'rollbacks',
    'does not mirror the house’s leg',
    units === 0n ? 'none' : `a ${side} of ${amount} at ${account}`,
    found.join(' and ') || 'none',
  );
}

/** None of the parts can contain a space. */
function keyOf({ id }: PlayerBooks, provider: string, transactionId: string): string {
  return `${id} ${provider} ${transactionId}`;
}
