import type { Sql } from '../../../../shared/postgres/postgres.js';
import { PLAYER_ACCOUNTS, type Turnover } from '../ledger/books.js';
import type { Findings } from '../ledger/findings.js';
import { amountOf, unitsOfNumeric } from '../ledger/minor-units.js';
import type { AccountLine } from '../parts/part-task.js';
import { accountRowsOf } from '../parts/share.js';
import { compareRows } from './compare-rows.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Row = { readonly account: string; readonly currency: string; readonly debits: string; readonly credits: string };

/** The players' own accounts: what was ever debited and credited. */
export function compareAccounts({ sql, share, replay }: Compared): Promise<void> {
  const expected = new Map<string, Turnover>();
  for (const { id, currency = '', turnover } of replay.players.values()) {
    for (const name of PLAYER_ACCOUNTS) {
      const { debits, credits } = turnover[name];
      if (debits !== 0n || credits !== 0n) expected.set(`player:${id}:${name} ${currency}`, turnover[name]);
    }
  }
  return compareAccountRows(sql, replay.findings, accountRowsOf(share), expected);
}

/** The accounts of the house and the PSPs, which all players move. */
export function compareHouseAccounts(sql: Sql, findings: Findings, lines: readonly AccountLine[]): Promise<void> {
  const expected = new Map(lines.map((line) => [`${line.account} ${line.currency}`, line]));
  return compareAccountRows(sql, findings, `account not like 'player:%'`, expected);
}

function compareAccountRows(sql: Sql, findings: Findings, where: string, accounts: ReadonlyMap<string, Turnover>) {
  return compareRows<Row, Turnover>({
    ...{ check: 'accountRows', findings, partial: false },
    rows: rowsByPage(
      sql,
      `select account, currency, debits::text, credits::text from read_model.ledger_accounts where ${where}`,
    ),
    keyOf: (row) => `${row.account} ${row.currency}`,
    expected: (key) => accounts.get(key),
    keys: () => accounts.keys(),
    flawOf({ account, currency, ...row }, turnover) {
      for (const side of ['debits', 'credits'] as const) {
        if (unitsOfNumeric(row[side], currency) === turnover[side]) continue;
        const what = `has other ${side} at ${account} in the read models`;
        return {
          what,
          expected: `${amountOf(turnover[side], currency)} ${currency}`,
          found: `${row[side]} ${currency}`,
        };
      }
      return undefined;
    },
    placeOf: (key) => {
      const [, id] = /^player:([^:]*):/.exec(key) ?? [];
      return id === undefined ? {} : { stream: `player-${id}` };
    },
  });
}
