import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { Sql } from '../../../shared/postgres/postgres.js';
import { BrokenHistory, type Fact } from './fact.js';

type HeadRow = { player_id: string; revision: string; hash: string };

/** Where the streams of these facts end in the read models: by stream name. */
export async function readHeads(sql: Sql, facts: readonly Fact[]): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  const read = async (of: Fact['of'], table: string) => {
    const players = new Set(facts.filter((fact) => fact.of === of).map(({ playerId }) => playerId));
    if (players.size === 0) return;
    const rows = await sql.query<HeadRow>(
      `select player_id, revision, hash from read_model.${table} where player_id = any($1::bigint[])`,
      [[...players]],
    );
    for (const row of rows) {
      heads.set(`${of}-${row.player_id}`, { revision: Number(row.revision), hash: row.hash });
    }
  };
  await Promise.all([read('player', 'heads'), read('profile', 'profiles')]);
  return heads;
}

/** Asks the event store whether a stream was deleted for ever. */
export type IsDeleted = (stream: string) => Promise<boolean>;

/**
 * Checks that each fact follows the one before it in its stream: the revision and the hash. Of a profile that is
 * deleted a scavenge may have taken some events and not yet others: what is behind such a gap is left out.
 * @throws BrokenHistory at the first fact that does not follow.
 */
export async function checkChain(
  heads: ReadonlyMap<string, Head>,
  facts: readonly Fact[],
  isDeleted: IsDeleted,
): Promise<readonly Fact[]> {
  const ends = new Map(heads);
  const remnants = new Set<string>();
  const whole: Fact[] = [];
  for (const fact of facts) {
    const { stream, revision } = fact.stored;
    if (remnants.has(stream)) continue;
    const gap = gapBetween(ends.get(stream) ?? EMPTY_HEAD, fact);
    if (gap === undefined) {
      ends.set(stream, { revision, hash: fact.hash });
      whole.push(fact);
    } else if (fact.of === 'profile' && (await isDeleted(stream))) {
      remnants.add(stream);
    } else {
      throw new BrokenHistory(`${stream}@${revision}: ${gap}`);
    }
  }
  return whole;
}

function gapBetween(head: Head, { stored, prevHash }: Fact): string | undefined {
  if (stored.revision !== head.revision + 1) return `the event before it is ${head.revision}`;
  return prevHash === head.hash ? undefined : `it does not follow the hash of ${head.revision}`;
}
