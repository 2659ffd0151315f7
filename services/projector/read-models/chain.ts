import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import { BrokenHistory, type Fact } from './fact.js';

type HeadRow = { player_id: string; revision: string; hash: string };

/** Where the streams of these facts end in the read models: by stream name. */
export async function readHeads(sql: Sql, facts: readonly Fact[]): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  for (const [of, table] of [
    ['player', 'heads'],
    ['profile', 'profiles'],
  ] as const) {
    const players = new Set(facts.filter((fact) => fact.of === of).map(({ playerId }) => playerId));
    if (players.size === 0) continue;
    const rows = await sql.query<HeadRow>(
      `select player_id, revision, hash from read_model.${table} where player_id = any($1::bigint[])`,
      [[...players]],
    );
    for (const row of rows) {
      heads.set(`${of}-${row.player_id}`, { revision: Number(row.revision), hash: row.hash });
    }
  }
  return heads;
}

/**
 * Checks that each fact follows the one before it in its stream: the revision and the hash.
 * @throws BrokenHistory at the first that does not.
 */
export function checkChain(heads: ReadonlyMap<string, Head>, facts: readonly Fact[]): void {
  const ends = new Map(heads);
  for (const { stored, prevHash, hash } of facts) {
    const { stream, revision } = stored;
    const head = ends.get(stream) ?? EMPTY_HEAD;
    if (revision !== head.revision + 1) {
      throw new BrokenHistory(`${stream}@${revision}: the event before it is ${head.revision}`);
    }
    if (prevHash !== head.hash) {
      throw new BrokenHistory(`${stream}@${revision}: it does not follow the hash of ${head.revision}`);
    }
    ends.set(stream, { revision, hash });
  }
}
