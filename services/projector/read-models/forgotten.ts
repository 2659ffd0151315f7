import type { Sql } from '../../../shared/postgres/postgres.js';
import type { Fact } from './fact.js';

/**
 * The facts without those of the profiles of forgotten players, forgotten before or in this very batch. Their profile's
 * events are on their way out of the store: they may still come, after `PlayerForgotten` even, or in part, or never.
 */
export async function withoutForgotten(sql: Sql, facts: readonly Fact[]): Promise<readonly Fact[]> {
  const ofProfiles = new Set(facts.filter(({ of }) => of === 'profile').map(({ playerId }) => playerId));
  if (ofProfiles.size === 0) return facts;
  const rows = await sql.query<{ player_id: string }>(
    'select player_id from read_model.forgotten_players where player_id = any($1::bigint[])',
    [[...ofProfiles]],
  );
  const forgotten = new Set<string>(rows.map((row) => row.player_id));
  for (const { playerId, event } of facts) if (event.type === 'PlayerForgotten') forgotten.add(playerId);
  return facts.filter(({ of, playerId }) => of === 'player' || !forgotten.has(playerId));
}
