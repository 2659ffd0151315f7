import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { Payment } from '../ledger/books.js';
import { rowsOf } from '../parts/share.js';
import { compareRows, difference } from './compare-rows.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Row = {
  readonly payment_id: string;
  readonly player_id: string;
  readonly kind: string;
  readonly psp: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
};

/** Every payment, and how far it has come. */
export function comparePayments({ sql, share, replay, partial }: Compared): Promise<void> {
  const { players, findings } = replay;
  return compareRows<Row, Payment>({
    ...{ check: 'paymentRows', findings, partial },
    rows: rowsByPage(
      sql,
      `select payment_id, player_id::text, kind, psp, status, amount::text, currency
       from read_model.payments where ${rowsOf(share)}`,
    ),
    keyOf: (row) => `${PLAYER_STREAMS}${row.player_id} ${row.payment_id}`,
    expected: (key) => players.get(streamOf(key))?.payments?.get(key.slice(streamOf(key).length + 1)),
    *keys() {
      for (const { stream, payments } of players.values())
        for (const id of payments?.keys() ?? []) yield `${stream} ${id}`;
    },
    flawOf: (row, payment) =>
      difference(
        (['kind', 'psp', 'status', 'amount', 'currency'] as const).map((name) => [
          `${name} of the payment ${row.payment_id}`,
          payment[name],
          row[name],
        ]),
      ),
    placeOf: (key) => ({ stream: streamOf(key) }),
  });
}

function streamOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}
