import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../../shared/postgres/migrate.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import { NEXT, saidOfNext } from './schemas.js';

/** The projector's: what it runs on the live models. */
export const MIGRATIONS = fileURLToPath(new URL('../../../services/projector/migrations', import.meta.url));

/** Makes the tables of the next read models, by the same migrations as those of the live ones. */
export async function makeNextTables(connectionString: string, logger: Logger): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-rebuild-'));
  try {
    for (const name of await readdir(MIGRATIONS)) {
      await writeFile(join(folder, name), saidOfNext(await readFile(join(MIGRATIONS, name), 'utf8')));
    }
    await migrate({ connectionString, schema: NEXT, folder, logger });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
