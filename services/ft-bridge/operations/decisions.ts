import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Row, Sql } from '../../../shared/postgres/postgres.js';

/** As it is shown; kept for ever. */
export type Decision = Row & {
  /** A decimal number: it may outgrow a float. */
  readonly id: string;
  readonly at: Date;
  readonly decided_by: string;
  readonly player_id: string;
  readonly action: 'retry' | 'skip' | 'skip_replayed' | 'replay';
  readonly revision: number;
  readonly last_revision: number | null;
  readonly event_id: string | null;
  readonly type: string | null;
  readonly reason: string | null;
};

export type NewDecision = {
  readonly by: string;
  readonly playerId: PlayerId;
  readonly action: Decision['action'];
  readonly revision: number;
  readonly lastRevision?: number;
  readonly event?: { readonly event_id: string; readonly type: string } | undefined;
  readonly reason?: string;
};

const DECISION = `id, at, decided_by, player_id, action, revision::int AS revision, last_revision::int AS last_revision,
  event_id, type, reason`;

/** In the transaction that does what was decided. */
export async function keepDecision(sql: Sql, decision: NewDecision): Promise<Decision> {
  const { by, playerId, action, revision, lastRevision, event, reason } = decision;
  const [kept] = await sql.query<Decision>(
    `INSERT INTO bridge.decisions (decided_by, player_id, action, revision, last_revision, event_id, type, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${DECISION}`,
    [
      ...[by, playerId, action, revision, lastRevision ?? null],
      ...[event?.event_id ?? null, event?.type ?? null, reason ?? null],
    ],
  );
  if (kept === undefined) throw new Error('an insert that returned no row');
  return kept;
}

/** The last replay that was asked for of this player. */
export async function lastReplay(sql: Sql, playerId: PlayerId): Promise<Decision | undefined> {
  const [last] = await sql.query<Decision>(
    `SELECT ${DECISION} FROM bridge.decisions WHERE player_id = $1 AND action = 'replay'
      ORDER BY decisions.id DESC LIMIT 1`,
    [playerId],
  );
  return last;
}

/** The last decision to skip what stands at this revision. */
export async function skipOf(sql: Sql, playerId: PlayerId, revision: number): Promise<Decision | undefined> {
  const [last] = await sql.query<Decision>(
    `SELECT ${DECISION} FROM bridge.decisions
      WHERE player_id = $1 AND action IN ('skip', 'skip_replayed') AND decisions.revision = $2
      ORDER BY decisions.id DESC LIMIT 1`,
    [playerId, revision],
  );
  return last;
}

/** In the order in which they were made. */
export function readDecisions(
  sql: Sql,
  wanted: { readonly playerId: PlayerId | undefined; readonly after: string; readonly limit: number },
): Promise<readonly Decision[]> {
  return sql.query<Decision>(
    `SELECT ${DECISION} FROM bridge.decisions
      WHERE ($1::bigint IS NULL OR player_id = $1) AND decisions.id > $2
      ORDER BY decisions.id LIMIT $3`,
    [wanted.playerId ?? null, wanted.after, wanted.limit],
  );
}
