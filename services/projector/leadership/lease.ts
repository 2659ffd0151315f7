import { isTableMissing } from '../../../shared/postgres/fault.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';

/**
 * The right to be the one projector that works. It keeps two from working against each other, and no more: what they
 * write is right also when both believe to have it, as checkpoints are compared and publishes name what comes before.
 *
 * @throws PostgresUnavailable
 */
export type Lease = {
  /** Takes it when nobody has it, or has renewed it in time; or when it is this very name's. Answers the epoch. */
  take(retakeOwn: boolean): Promise<bigint | undefined>;
  /** False when somebody else has taken it since. */
  renew(epoch: bigint): Promise<boolean>;
  /** The next may take it at once. */
  release(epoch: bigint): Promise<void>;
};

const NAME = 'projector';

export type PostgresLeaseOptions = {
  readonly postgres: Postgres;
  /** Makes the table, where there is none yet. */
  readonly migrate: () => Promise<void>;
  /** Whether this version may work at all, asked before each try. @throws when it may not: another shall have the lease. */
  readonly admit?: () => Promise<void>;
  /** No two living processes have this name. Who starts under the name of the holder is its successor. */
  readonly holder: string;
  /** How long it lasts unless it is renewed. */
  readonly lastsMs: number;
};

/** A row, and the database's clock. */
export function createPostgresLease(options: PostgresLeaseOptions): Lease {
  const { postgres, migrate, admit = async () => undefined, holder, lastsMs } = options;

  async function take(retakeOwn: boolean): Promise<bigint | undefined> {
    const rows = await postgres.query<{ epoch: string }>(
      `insert into read_model.leases as held (name, holder, epoch, expires_at)
       values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
       on conflict (name) do update
         set holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
         where held.expires_at <= clock_timestamp() or ($4 and held.holder = excluded.holder)
       returning epoch`,
      [NAME, holder, lastsMs, retakeOwn],
    );
    return rows[0] === undefined ? undefined : BigInt(rows[0].epoch);
  }

  return {
    async take(retakeOwn) {
      await admit();
      try {
        return await take(retakeOwn);
      } catch (error) {
        if (!isTableMissing(error)) throw error;
        await migrate();
        return take(retakeOwn);
      }
    },

    async renew(epoch) {
      const rows = await postgres.query(
        `update read_model.leases set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
         where name = $1 and epoch = $2 returning epoch`,
        [NAME, String(epoch), lastsMs],
      );
      return rows.length > 0;
    },

    async release(epoch) {
      await postgres.query(
        'update read_model.leases set expires_at = clock_timestamp() where name = $1 and epoch = $2',
        [NAME, String(epoch)],
      );
    },
  };
}
