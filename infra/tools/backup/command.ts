import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Env } from '../../../shared/config/env.js';
import { runAuditCommand } from '../audit/command.js';
import { findServers } from '../audit/connections.js';
import type { Screen } from '../audit/output/progress-bar.js';
import { backup } from './backup.js';
import { BackupFailed } from './layout.js';
import { restore } from './restore.js';

export type Terminal = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly screen: Screen;
};

const BACKUP_HELP = `npm run backup -- --out DIR

Copies the event store, Postgres and the secrets of the platform that runs on CROUPIER_DATA_DIR (default .data) into a
new folder, while it runs. The folder is as secret as the data folder. Servers of your own: docs/backup.md.`;

const RESTORE_HELP = `npm run restore -- --from DIR

Makes the data folder CROUPIER_DATA_DIR (default .data), which must not be there yet, of a backup, and audits it.
  --against FILE      an anchor that the ledger must continue (--public-key FILE), as in npm run audit`;

/** `npm run backup`. Answers the exit code. */
export async function runBackupCommand(
  args: readonly string[],
  env: Env,
  { out, err, screen }: Terminal,
): Promise<0 | 1> {
  const bar = createCounter(screen);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) {
      out(BACKUP_HELP);
      return 0;
    }
    if (values.out === undefined) throw new BackupFailed('--out DIR says where to');
    refuseServersOfYours(env);
    const dataDir = env.CROUPIER_DATA_DIR || '.data';
    const position = await backup({ ...findServers(env), dataDir, out: values.out, onCopied: bar.add });
    bar.clear();
    out(`The backup ${values.out} is whole: the event store up to position ${position}, Postgres and the secrets.`);
    return 0;
  } catch (error) {
    bar.clear();
    err(`There is no backup: ${messageOf(error)}`);
    return 1;
  }
}

/** `npm run restore`. Answers the exit code. */
export async function runRestoreCommand(args: readonly string[], env: Env, terminal: Terminal): Promise<0 | 1> {
  const { out, err } = terminal;
  const bar = createCounter(terminal.screen);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        against: { type: 'string' },
        'public-key': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      out(RESTORE_HELP);
      return 0;
    }
    const { from, against, 'public-key': publicKey } = values;
    if (from === undefined) throw new BackupFailed('--from DIR says of which backup');
    refuseServersOfYours(env);
    const dataDir = env.CROUPIER_DATA_DIR || '.data';
    const auditArgs = ['--out', join(dataDir, 'restore-audit')];
    if (against !== undefined) auditArgs.push('--against', against);
    if (publicKey !== undefined) auditArgs.push('--public-key', publicKey);
    const manifest = await restore({
      ...{ from, dataDir, onCopied: bar.add },
      verify: async ({ eventStoreUrl, postgresUrl }) => {
        bar.clear();
        const urls = { EVENTSTORE_URL: eventStoreUrl, POSTGRES_URL: postgresUrl };
        return (await runAuditCommand(auditArgs, { ...env, ...urls }, terminal)) === 0;
      },
    });
    out(
      `${dataDir} is restored to ${manifest.takenAt}, event store position ${manifest.position}, and its audit passed.`,
    );
    return 0;
  } catch (error) {
    bar.clear();
    err(`Nothing usable was restored: ${messageOf(error)}`);
    return 1;
  }
}

function refuseServersOfYours(env: Env): void {
  if (env.EVENTSTORE_URL || env.POSTGRES_URL) {
    throw new BackupFailed(
      'EVENTSTORE_URL or POSTGRES_URL is set: servers of yours have tools of their own (docs/backup.md)',
    );
  }
}

/** Megabytes on a terminal, and nothing anywhere else. */
function createCounter(screen: Screen): { add(bytes: number): void; clear(): void } {
  let copied = 0;
  let shown = -1;
  return {
    add(bytes) {
      copied += bytes;
      const megabytes = Math.floor(copied / 2 ** 20);
      if (screen.isTTY !== true || megabytes === shown) return;
      shown = megabytes;
      screen.write(`\r\u001b[2Kcopied ${megabytes.toLocaleString('en')} MiB`);
    },
    clear() {
      if (shown >= 0) screen.write('\r\u001b[2K');
      shown = -1;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
