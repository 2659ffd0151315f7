import type { PlayerId } from '../../../shared/ids/ids.js';
import { add, isZero, subtract, zero } from '../../../shared/money/money.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

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

/** Accounts of one purpose: all players' cash, or one account of the house or of a PSP. */
export type AccountGroup = AccountRow & { readonly accounts: number };

export type TrialBalanceRow = {
  readonly currency: string;
  readonly accounts: number;
  readonly debits: string;
  readonly credits: string;
  readonly difference: string;
  readonly balanced: boolean;
  readonly groups: readonly AccountGroup[];
};

/** Debits and credits over all accounts, per currency, and up to which position of the store they were counted. */
export async function readTrialBalance(
  sql: Sql,
): Promise<{ readonly position: string; readonly currencies: readonly TrialBalanceRow[] }> {
  const rows = await sql.query<{ position: string; account: string; currency: string | null; accounts: number } & Sums>(
    `select c.position, t.account, t.currency, t.accounts, t.debits, t.credits
     from read_model.checkpoints c
     left join (select g.account, currency, count(*)::int as accounts, sum(debits) as debits, sum(credits) as credits
       from read_model.ledger_accounts a cross join lateral (select case when starts_with(a.account, 'player:')
         then 'player:*:' || split_part(a.account, ':', 3) else a.account end as account) g
       group by g.account, currency) t on true
     where c.name = 'read-models' order by t.currency, t.account collate "C"`,
  );
  const groups = new Map<string, AccountGroup[]>();
  for (const { currency, account, accounts, ...sums } of rows) {
    if (currency === null) continue;
    const sides = sidesOf(currency, sums.debits, sums.credits);
    const group = { account, currency, accounts, ...sides, balance: subtract(sides.credits, sides.debits) };
    groups.set(currency, [...(groups.get(currency) ?? []), group]);
  }
  return {
    position: rows[0]?.position ?? '-1',
    currencies: [...groups].map(([currency, ofIt]) => totalOf(currency, ofIt)),
  };
}

function totalOf(currency: string, groups: readonly AccountGroup[]): TrialBalanceRow {
  const debits = groups.reduce((sum, group) => add(sum, group.debits), zero(currency));
  const credits = groups.reduce((sum, group) => add(sum, group.credits), zero(currency));
  const accounts = groups.reduce((count, group) => count + group.accounts, 0);
  const difference = subtract(debits, credits);
  return { currency, accounts, debits, credits, difference, balanced: isZero(difference), groups };
}

type Sums = { readonly debits: string; readonly credits: string };

function sidesOf(currency: string, debits: string, credits: string): Sums {
  return { debits: exact(currency, debits), credits: exact(currency, credits) };
}

/** With the currency's decimals: SQL's nothing is "0", ours is "0.00". */
function exact(currency: string, amount: string): string {
  return add(zero(currency), amount);
}

export type LedgerEntryRow = Row & { readonly revision: number };

/** A player's events that have postings, newest first, with the balances after each. */
export function readLedgerEntries(
  sql: Sql,
  playerId: PlayerId,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly LedgerEntryRow[]> {
  return sql.query<LedgerEntryRow>(
    `select revision::int as revision, event_id, type, position, recorded_at, actor,
       coalesce(data ->> 'transactionId', data -> 'bet' ->> 'transactionId', data ->> 'paymentId',
         data ->> 'userBonusId') as reference,
       data -> 'postings' as postings, data -> 'balances' as balances
     from read_model.events
     where player_id = $1 and revision < $2 and data ? 'postings' order by revision desc limit $3`,
    [playerId, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
}
