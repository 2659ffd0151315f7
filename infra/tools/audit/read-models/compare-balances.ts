import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { PlayerBooks } from '../ledger/books.js';
import { amountOf } from '../ledger/minor-units.js';
import { rowsOf } from '../parts/share.js';
import { compareRows, difference } from './compare-rows.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Row = {
  readonly player_id: string;
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
  readonly currency: string;
  readonly revision: string;
};

/** Every player's balances. */
export function compareBalances({ sql, share, replay, partial }: Compared): Promise<void> {
  const { players, findings } = replay;
  const known = (books: PlayerBooks | undefined) => (books !== undefined && books.statedAt >= 0 ? books : undefined);
  return compareRows<Row, PlayerBooks>({
    ...{ check: 'balanceRows', findings, partial },
    rows: rowsByPage(
      sql,
      `select player_id::text, cash::text, bonus::text, withdrawal::text, currency, revision::text
       from read_model.balances where ${rowsOf(share)}`,
    ),
    keyOf: (row) => `${PLAYER_STREAMS}${row.player_id}`,
    expected: (key) => known(players.get(key)),
    *keys() {
      for (const books of players.values()) if (known(books) !== undefined) yield books.stream;
    },
    flawOf(row, { currency = '', balances, statedAt }) {
      const text = (account: 'cash' | 'bonus' | 'withdrawal') => amountOf(balances?.[account] ?? 0n, currency);
      return difference([
        ['currency', currency, row.currency],
        ['cash balance', text('cash'), row.cash],
        ['bonus balance', text('bonus'), row.bonus],
        ['withdrawal balance', text('withdrawal'), row.withdrawal],
        ['revision of its balances', String(statedAt), row.revision],
      ]);
    },
    placeOf: (stream, books) => (books === undefined ? { stream } : { stream, revision: books.statedAt }),
  });
}
