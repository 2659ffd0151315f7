import type { Row, Sql } from '../../../shared/postgres/postgres.js';
import { standingBlocks } from './backoffice-reads.js';

/** `requested` waits for the back office, `approved` for its PSP. */
export type OpenStatus = 'requested' | 'approved';

/** Why an approval would be refused now. Command decides; here it is only shown beforehand. */
type Hold = 'fraud' | 'cash_below_zero';

type WithdrawalRow = Row & { readonly cash: string; readonly block_reasons: readonly string[] };

/** Withdrawals that wait, oldest first, with whose they are; `after` is the payment id of the last one before. */
export async function readOpenWithdrawals(
  sql: Sql,
  { status, after, limit }: { readonly status: OpenStatus; readonly after: string | undefined; readonly limit: number },
  now: Date,
): Promise<readonly (Row & { readonly holds: readonly Hold[] })[]> {
  const rows = await sql.query<WithdrawalRow>(
    `select p.player_id::text as player_id, p.payment_id, p.psp, p.status, p.amount, p.currency, p.requested_at,
       p.updated_at, f.first_name, f.last_name, m.cash, ${standingBlocks('$4')} as block_reasons
     from read_model.payments p join read_model.balances m using (player_id)
       left join read_model.profiles f using (player_id)
     where p.kind = 'withdrawal' and p.status in ('requested', 'approved') and p.status = $1
       and ($2::text is null or (p.requested_at, p.payment_id) >
         (select requested_at, payment_id from read_model.payments where payment_id = $2))
     order by p.requested_at, p.payment_id limit $3`,
    [status, after ?? null, limit, now],
  );
  return rows.map((row) => ({ ...row, holds: holdsOf(row) }));
}

function holdsOf({ cash, block_reasons: reasons }: WithdrawalRow): readonly Hold[] {
  return [
    ...(reasons.includes('fraud') ? (['fraud'] as const) : []),
    ...(cash.startsWith('-') ? (['cash_below_zero'] as const) : []),
  ];
}
