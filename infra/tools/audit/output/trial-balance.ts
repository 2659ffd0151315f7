import { amountOf, type Units } from '../ledger/minor-units.js';
import type { AccountLine } from '../parts/part-task.js';
import { table } from './table.js';

const HEADER = ['account', 'currency', 'debits', 'credits', 'balance'] as const;
const NUMBERS = ['debits', 'credits', 'balance'];

/** With more accounts than this, a terminal shows the players' as one line a kind; the file has all. */
const LINES_MAX = 40;

type Totals = readonly { readonly currency: string; readonly debits: Units; readonly credits: Units }[];

/** Every account; balance = debits − credits, so what we owe a player is below zero. */
export function trialBalanceCsv(lines: readonly AccountLine[], totals: Totals): string {
  const rows = [...lines.map(cellsOf), ...totals.map((total) => cellsOf({ account: 'total', ...total }))];
  return `${[HEADER.join(','), ...rows.map((row) => row.map(quoted).join(','))].join('\n')}\n`;
}

export function trialBalanceTable(lines: readonly AccountLine[], totals: Totals): string {
  const shown = lines.length > LINES_MAX ? withPlayersInOneLine(lines) : lines;
  const rows = [...shown.map(cellsOf), ...totals.map((total) => cellsOf({ account: 'total', ...total }))];
  return table(HEADER, rows, NUMBERS);
}

function cellsOf({ account, currency, debits, credits }: AccountLine): readonly string[] {
  return [account, currency, ...[debits, credits, debits - credits].map((units) => amountOf(units, currency))];
}

function withPlayersInOneLine(lines: readonly AccountLine[]): readonly AccountLine[] {
  const kinds = new Map<string, { account: string; currency: string; debits: Units; credits: Units; count: number }>();
  const others: AccountLine[] = [];
  for (const line of lines) {
    const [owner, , kind] = line.account.split(':');
    if (owner !== 'player' || kind === undefined) {
      others.push(line);
      continue;
    }
    const key = `${kind} ${line.currency}`;
    const sum = kinds.get(key) ?? { account: kind, currency: line.currency, debits: 0n, credits: 0n, count: 0 };
    sum.debits += line.debits;
    sum.credits += line.credits;
    sum.count += 1;
    kinds.set(key, sum);
  }
  const players = [...kinds.values()].map(({ account, count, ...sum }) => ({
    ...sum,
    account: `player:*:${account} (${count.toLocaleString('en')} accounts)`,
  }));
  return [...others, ...players];
}

/** An account's name is a caller's or ours, and a spreadsheet must not take it for a formula. */
function quoted(cell: string): string {
  const safe = /^[=@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
