import type { Sql } from '../../../shared/postgres/postgres.js';
import type { Fact } from './fact.js';

/** Which of the players whose profiles these facts are of were forgotten before. */
export async function readForgotten(sql: Sql, facts: readonly Fact[]): Promise<ReadonlySet<string>> {
  const ofProfiles = new Set(facts.filter(({ of }) => of === 'profile').map(({ playerId }) => playerId));
  if (ofProfiles.size === 0) return new Set();
  const rows = await sql.query<{ player_id: string }>(
    'select player_id from read_model.forgotten_players where player_id = any($1::bigint[])',
    [[...ofProfiles]],
  );
  return new Set(rows.map((row) => row.player_id));
}

/**
 * The facts without those of the profiles of forgotten players, forgotten before or in this very batch. Their profile's
 * events are on their way out of the store: they may still come, after `PlayerForgotten` even, or in part, or never.
 */
export function withoutForgotten(before: ReadonlySet<string>, facts: readonly Fact[]): readonly Fact[] {
  const forgotten = new Set(before);
  for (const { playerId, event } of facts) if (event.type === 'PlayerForgotten') forgotten.add(playerId);
  return forgotten.size === 0 ? facts : facts.filter(({ of, playerId }) => of === 'player' || !forgotten.has(playerId));
}
