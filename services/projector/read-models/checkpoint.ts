import type { Sql } from '../../../shared/postgres/postgres.js';

export type CheckpointName = 'read-models' | 'publishing';

/** Before the first event. */
const NOTHING = -1n;

/** Somebody else moved the checkpoint (a second projector, or a commit whose answer was lost): read it again, go on from it. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** The position up to which all is done; undefined before the first event, or when the checkpoint was never set. */
export async function readCheckpoint(sql: Sql, name: CheckpointName): Promise<bigint | undefined> {
  const rows = await sql.query<{ position: string }>('select position from read_model.checkpoints where name = $1', [
    name,
  ]);
  const position = BigInt(rows[0]?.position ?? NOTHING);
  return position === NOTHING ? undefined : position;
}

/** Sets the checkpoint if there is none yet. */
export async function createCheckpoint(sql: Sql, name: CheckpointName, position: bigint | undefined): Promise<void> {
  await sql.query(
    `insert into read_model.checkpoints (name, position, updated_at) values ($1, $2, now())
     on conflict (name) do nothing`,
    [name, String(position ?? NOTHING)],
  );
}

/**
 * Moves the checkpoint from where this process believes it is. The row stays locked until the transaction ends.
 * @throws CheckpointMoved when it is elsewhere: these events were seen, or are not the next ones.
 */
export async function moveCheckpoint(
  sql: Sql,
  name: CheckpointName,
  from: bigint | undefined,
  to: bigint,
): Promise<void> {
  const moved = await sql.query(
    `update read_model.checkpoints set position = $3, updated_at = now()
     where name = $1 and position = $2 and position < $3 returning name`,
    [name, String(from ?? NOTHING), String(to)],
  );
  if (moved.length === 0) throw new CheckpointMoved(`checkpoint ${name} is not at ${from ?? 'the start'}`);
}
