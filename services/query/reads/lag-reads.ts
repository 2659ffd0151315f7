import type { Sql } from '../../../shared/postgres/postgres.js';

/** The players that moved last are compared with what the bridge has of them; who moved before has long been taken. */
const HEADS_COMPARED = 1_000;

/** How many events wait, of how many players, and since when the oldest of them does. */
export type Waiting = {
  readonly players: number;
  readonly events: number;
  readonly oldest_at: Date | null;
};

export type Lag = {
  /** Up to which position of the event store the read models are, and when they last moved. */
  readonly read_models: { readonly position: string; readonly updated_at: Date } | null;
  /** In the read models and not yet in the bridge's inbox: on the way through JetStream. */
  readonly to_bridge: Waiting;
  /** In the inbox and not yet confirmed by Fast Track; of parked lanes apart, for those wait for a person. */
  readonly to_fast_track: Waiting;
  readonly parked: Waiting;
};

/** How far each part is behind the one before it. In a transaction of one snapshot, or the parts do not fit together. */
export async function readLag(sql: Sql): Promise<Lag> {
  const [readModels] = await sql.query<{ position: string; updated_at: Date }>(
    `select position, updated_at from read_model.checkpoints where name = 'read-models'`,
  );
  const [toBridge] = await sql.query<Waiting>(
    `select count(*)::int as players, coalesce(sum(h.revision - w.taken), 0)::int as events, min(e.recorded_at) as oldest_at
     from (select player_id, revision from read_model.heads order by position desc limit $1) h
       left join bridge.lanes l using (player_id)
       cross join lateral (select coalesce(l.taken_revision, -1) as taken) w
       left join read_model.events e on e.player_id = h.player_id and e.revision = w.taken + 1
     where h.revision > w.taken and l.parked_revision is null`,
    [HEADS_COMPARED],
  );
  const [toFastTrack] = await sql.query<Waiting>(
    `select count(*)::int as players, coalesce(sum(l.taken_revision - l.delivered_revision), 0)::int as events,
       min(i.recorded_at) as oldest_at
     from bridge.lanes l
       left join bridge.inbox i on i.player_id = l.player_id and i.revision = l.delivered_revision + 1
     where l.delivered_revision < l.taken_revision and l.parked_revision is null`,
  );
  // An event that cannot be read is not in the inbox, nor is what comes after it: the player's head says how much waits.
  const [parked] = await sql.query<Waiting>(
    `select count(*)::int as players, coalesce(sum(greatest(h.revision - l.delivered_revision, 0)), 0)::int as events,
       min(l.parked_at) as oldest_at
     from bridge.lanes l left join read_model.heads h using (player_id) where l.parked_revision is not null`,
  );
  return {
    read_models: readModels ?? null,
    to_bridge: toBridge ?? NOTHING,
    to_fast_track: toFastTrack ?? NOTHING,
    parked: parked ?? NOTHING,
  };
}

const NOTHING: Waiting = { players: 0, events: 0, oldest_at: null };
