import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { Bonus } from '../ledger/books.js';
import { amountOf } from '../ledger/minor-units.js';
import { rowsOf } from '../parts/share.js';
import { compareRows, difference } from './compare-rows.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Row = {
  readonly user_bonus_id: string;
  readonly player_id: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly wagered: string;
};

/** Every bonus, and how far it has come. */
export function compareBonuses({ sql, share, replay, partial }: Compared): Promise<void> {
  const { players, findings } = replay;
  /** Read from the middle, a bonus may have been granted before: then its amount is not known. */
  const known = (bonus: Bonus | undefined) => (bonus?.amount === '' ? undefined : bonus);
  return compareRows<Row, Bonus>({
    ...{ check: 'bonusRows', findings, partial },
    rows: rowsByPage(
      sql,
      `select user_bonus_id, player_id::text, status, amount::text, currency, wagered::text
       from read_model.bonuses where ${rowsOf(share)}`,
    ),
    keyOf: (row) => `${PLAYER_STREAMS}${row.player_id} ${row.user_bonus_id}`,
    expected: (key) => known(players.get(streamOf(key))?.bonuses?.get(key.slice(streamOf(key).length + 1))),
    *keys() {
      for (const { stream, bonuses } of players.values()) {
        for (const [id, bonus] of bonuses ?? []) if (known(bonus) !== undefined) yield `${stream} ${id}`;
      }
    },
    flawOf: (row, { status, amount, currency, stated }) =>
      difference([
        [`status of the bonus ${row.user_bonus_id}`, status, row.status],
        [`amount of the bonus ${row.user_bonus_id}`, amount, row.amount],
        [`currency of the bonus ${row.user_bonus_id}`, currency, row.currency],
        [`wagering of the bonus ${row.user_bonus_id}`, stated ?? amountOf(0n, currency), row.wagered],
      ]),
    placeOf: (key) => ({ stream: streamOf(key) }),
  });
}

function streamOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}
