import { parsePlayerId } from '../../../shared/ids/ids.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import type { OpenWithdrawal } from '../runtime/payouts.js';

type WithdrawalRow = {
  readonly player_id: string;
  readonly payment_id: string;
  readonly psp: string;
  readonly status: OpenWithdrawal['status'];
  readonly amount: string;
  readonly currency: string;
};

/** The withdrawals in these statuses that the projector knows of, oldest first. */
export async function readOpenWithdrawals(
  sql: Sql,
  statuses: readonly OpenWithdrawal['status'][],
  limit: number,
): Promise<readonly OpenWithdrawal[]> {
  const rows = await sql.query<WithdrawalRow>(
    `SELECT player_id, payment_id, psp, status, amount, currency
       FROM read_model.payments
      WHERE kind = 'withdrawal' AND status = ANY ($1)
      ORDER BY requested_at
      LIMIT $2`,
    [statuses, limit],
  );
  return rows.map((row) => {
    const playerId = parsePlayerId(row.player_id);
    if (playerId === undefined) throw new Error(`a payment names the player ${row.player_id}`);
    const { payment_id: paymentId, psp, status, amount, currency } = row;
    return { playerId, paymentId, psp, status, amount, currency };
  });
}
