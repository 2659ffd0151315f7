import { add, isZero, subtract, zero } from '../../../shared/money/money.js';
import type { Sql } from '../../../shared/postgres/postgres.js';

export type AccountRow = {
  readonly account: string;
  readonly currency: string;
  readonly debits: string;
  readonly credits: string;
  /** Credits less debits: what we owe the holder; below zero, what was paid in or given away. */
  readonly balance: string;
};

/** Accounts whose name begins with `prefix`, by name; `after` is the last one of the page before. */
export async function readAccounts(
  sql: Sql,
  { prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number },
): Promise<readonly AccountRow[]> {
  const rows = await sql.query<Omit<AccountRow, 'balance'>>(
    `select account, currency, debits, credits from read_model.ledger_accounts
     where starts_with(account, $1) and (account || ' ' || currency) collate "C" > $2
     order by (account || ' ' || currency) collate "C" limit $3`,
    [prefix, after, limit],
  );
  return rows.map(({ account, currency, debits, credits }) => ({
    account,
    currency,
    ...sidesOf(currency, debits, credits),
    balance: subtract(exact(currency, credits), exact(currency, debits)),
  }));
}

export type TrialBalanceRow = {
  readonly currency: string;
  readonly accounts: number;
  readonly debits: string;
  readonly credits: string;
  readonly difference: string;
  readonly balanced: boolean;
};

/** Debits and credits over all accounts, per currency, and up to which position of the store they were counted. */
export async function readTrialBalance(
  sql: Sql,
): Promise<{ readonly position: string; readonly currencies: readonly TrialBalanceRow[] }> {
  const rows = await sql.query<{ position: string; currency: string | null; accounts: number } & Sums>(
    `select c.position, t.currency, t.accounts, t.debits, t.credits
     from read_model.checkpoints c
     left join (select currency, count(*)::int as accounts, sum(debits) as debits, sum(credits) as credits
       from read_model.ledger_accounts group by currency) t on true
     where c.name = 'read-models' order by t.currency`,
  );
  const currencies = rows.flatMap(({ currency, accounts, debits, credits }) => {
    if (currency === null) return [];
    const difference = subtract(exact(currency, debits), exact(currency, credits));
    const sides = sidesOf(currency, debits, credits);
    return [{ currency, accounts, ...sides, difference, balanced: isZero(difference) }];
  });
  return { position: rows[0]?.position ?? '-1', currencies };
}

type Sums = { readonly debits: string; readonly credits: string };

function sidesOf(currency: string, debits: string, credits: string): Sums {
  return { debits: exact(currency, debits), credits: exact(currency, credits) };
}

/** With the currency's decimals: SQL's nothing is "0", ours is "0.00". */
function exact(currency: string, amount: string): string {
  return add(zero(currency), amount);
}
