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
  readonly requested_at: Date;
};

/** The withdrawals in these statuses that the projector knows of, oldest first, those behind `after`. */
export async function readOpenWithdrawals(
  sql: Sql,
  statuses: readonly OpenWithdrawal['status'][],
  limit: number,
  after: OpenWithdrawal | undefined,
): Promise<readonly OpenWithdrawal[]> {
  const rows = await sql.query<WithdrawalRow>(
    `SELECT player_id, payment_id, psp, status, amount, currency, requested_at
       FROM read_model.payments
      WHERE kind = 'withdrawal' AND status = ANY ($1)
        AND ($3::timestamptz IS NULL OR (requested_at, payment_id) > ($3, $4))
      ORDER BY requested_at, payment_id
      LIMIT $2`,
    [statuses, limit, after?.requestedAt ?? null, after?.paymentId ?? null],
  );
  return rows.map((row) => {
    const playerId = parsePlayerId(row.player_id);
    if (playerId === undefined) throw new Error(`a payment names the player ${row.player_id}`);
    const { payment_id: paymentId, psp, status, amount, currency } = row;
    return { playerId, paymentId, psp, status, amount, currency, requestedAt: row.requested_at.toISOString() };
  });
}
