import { decodePlayerEvent } from '../../../../shared/events/codec.js';
import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { Sql } from '../../../../shared/postgres/postgres.js';
import type { PlayerBooks } from '../ledger/books.js';
import type { Finding } from '../ledger/findings.js';
import { DIGEST_MODULUS, LINE_COLUMNS, linesOf, textOfLine } from '../ledger/lines.js';
import { rowsOf } from '../parts/share.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Digest = { readonly player_id: string; readonly count: string; readonly high: string; readonly low: string };

/** Looking closer reads a whole stream and all rows of its player, so only this many are looked at. */
const CLOSER_LOOKS_MAX = 10;

const TEXT_OF_ROW = LINE_COLUMNS.map((column) => `coalesce(${column}::text, '')`).join(` || E'\\t' || `);

/** Begins to add up the rows: the database works on it while the ledger is still being read. */
export function beginDigests({ sql, share, salt }: Pick<Compared, 'sql' | 'share' | 'salt'>): AsyncIterable<Digest> {
  const half = (from: number) =>
    `mod(sum(('x' || substr(hash, ${from}, 8))::bit(32)::bigint), ${DIGEST_MODULUS})::text`;
  const rows = rowsByPage<Digest>(
    sql,
    `select player_id::text, count(*)::text as count, ${half(1)} as high, ${half(9)} as low
     from (
       select player_id, encode(sha256(convert_to('${salt}' || E'\\t' || ${TEXT_OF_ROW}, 'UTF8')), 'hex') as hash
       from read_model.transactions where ${rowsOf(share)}
     ) hashed group by player_id`,
  );
  const first = rows.next();
  // Whoever reads on hears of it.
  first.catch(() => undefined);
  return (async function* () {
    const { done, value } = await first;
    if (done === true) return;
    yield value;
    yield* rows;
  })();
}

/**
 * Every line of every player: the database adds up the digests of its rows, so neither side holds them all. Where a
 * player's digest is another, the rows are compared one by one.
 */
export async function compareTransactions(compared: Compared, digests: AsyncIterable<Digest>): Promise<void> {
  const { findings, players } = compared.replay;
  const seen = new Set<string>();
  const wrong: PlayerBooks[] = [];
  for await (const { player_id, count, high, low } of digests) {
    const stream = `${PLAYER_STREAMS}${player_id}`;
    seen.add(stream);
    const books = players.get(stream);
    findings.checked('transactionRows', Number(count));
    if (books === undefined) {
      const flaw = { what: 'has transactions in the read models, but no stream', expected: 'none', found: count };
      findings.found({ check: 'transactionRows', stream, ...flaw });
      continue;
    }
    const { lines } = books;
    if (`${lines.count} ${lines.high} ${lines.low}` !== `${count} ${high} ${low}`) wrong.push(books);
  }
  for (const books of players.values()) if (books.lines.count > 0 && !seen.has(books.stream)) wrong.push(books);
  for (const [index, books] of wrong.entries()) {
    const unseen = { what: 'has other transactions in the read models', expected: 'its own', found: 'others' };
    const known = { check: 'transactionRows', stream: books.stream, ...unseen } as const;
    findings.found(index < CLOSER_LOOKS_MAX ? ((await closerLook(compared, books)) ?? known) : known);
  }
}

type Row = { readonly [column: string]: string | null };

/** The first line that is not what its event says, or has none. */
async function closerLook(
  { sql, source, position }: Compared,
  { id, stream }: PlayerBooks,
): Promise<Finding | undefined> {
  const rows = await rowsOfPlayer(sql, id);
  let at = 0;
  for await (const stored of source.stream(stream)) {
    if (stored.position > position) break;
    for (const line of linesOf(decodePlayerEvent(stored))) {
      const row = rows[at];
      at += 1;
      const found = row === undefined ? undefined : textOfLine(LINE_COLUMNS.map((column) => row[column] ?? null));
      if (found === textOfLine(line)) continue;
      const place = { check: 'transactionRows', stream, revision: stored.revision, position: stored.position } as const;
      const [name, expected, other] = firstDifference(line, row);
      return { ...place, what: `has another transaction in the read models: ${name}`, expected, found: other };
    }
  }
  const extra = rows[at];
  if (extra === undefined) return undefined;
  const what = 'has a transaction in the read models that it does not explain';
  return {
    check: 'transactionRows',
    stream,
    revision: Number(extra.revision),
    what,
    expected: 'no row',
    found: `${extra.type}`,
  };
}

function rowsOfPlayer(sql: Sql, id: string): Promise<readonly Row[]> {
  const columns = LINE_COLUMNS.map((column) => `t.${column}::text as ${column}`).join(', ');
  return sql.query<Row>(
    `select ${columns} from read_model.transactions t where player_id = $1 order by t.revision, t.part`,
    [id],
  );
}

function firstDifference(line: readonly (string | null)[], row: Row | undefined): readonly [string, string, string] {
  if (row === undefined) return ['a row is missing', 'a row', 'none'];
  for (const [index, column] of LINE_COLUMNS.entries()) {
    const [expected, found] = [line[index] ?? 'nothing', row[column] ?? 'nothing'];
    if (expected !== found) return [column, expected, found];
  }
  return ['the row', 'its own', 'another'];
}
