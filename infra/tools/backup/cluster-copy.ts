import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { copyTree } from './copied-tree.js';
import { BackupFailed } from './layout.js';

/** What a server makes anew at its start, or what would make it take the copy for a server that runs. */
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map)$|(^|\/)pgsql_tmp|pg_internal\.init|^pg_(replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\//;
const WAL = /^pg_wal\//;

/**
 * Copies a cluster while it works, by Postgres's own low-level backup: the files as they are found, then the log from the
 * backup's beginning to its end, by which recovery makes them of one moment, the end. (The package we start has no
 * pg_basebackup.) https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function copyCluster(
  postgresUrl: string,
  cluster: string,
  to: string,
  onCopied: (bytes: number) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 3_000, keepAlive: true });
  client.on('error', () => {});
  await client.connect();
  try {
    await checkIsOurs(client, cluster);
    // The log from here on is kept as long as this connection lives.
    await client.query(`select pg_create_physical_replication_slot('croupier_backup', true, true)`);
    await client.query(`select pg_backup_start('croupier', true)`);
    await copyTree(cluster, to, (path) => !LEFT_OUT.test(path) && !WAL.test(path), onCopied);
    const { rows } = await client.query<{ label: string }>('select labelfile as label from pg_backup_stop(false)');
    await copyTree(join(cluster, 'pg_wal'), join(to, 'pg_wal'), () => true, onCopied);
    await writeFile(join(to, 'backup_label'), rows[0]?.label ?? '', { mode: 0o600 });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function checkIsOurs(client: pg.Client, cluster: string): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  const theirs = rows[0]?.data_directory ?? '';
  if (theirs !== (await realpath(cluster)) && theirs !== cluster) {
    throw new BackupFailed(
      `Postgres works in ${theirs}, and not in ${cluster}: it is a server of yours, with tools of its own`,
    );
  }
}
