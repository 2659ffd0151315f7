import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { filesIn, foldersIn } from './copied-tree.js';
import { BackupFailed } from './layout.js';

const NAME = 'backup.json';

const schema = z.object({
  format: z.literal(1),
  takenAt: z.string(),
  /** The last position in the copy of the event store. */
  position: z.string().regex(/^\d+$/),
  folders: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
});

export type Manifest = z.infer<typeof schema>;

/** Written last, so a folder without one is no backup but the beginning of one. */
export async function writeManifest(folder: string, of: Pick<Manifest, 'takenAt' | 'position'>): Promise<void> {
  const files = [];
  for (const path of await filesIn(folder)) files.push({ path, sha256: await sha256Of(join(folder, path)) });
  const manifest: Manifest = { format: 1, ...of, folders: [...(await foldersIn(folder))], files };
  await writeFile(join(folder, NAME), `${JSON.stringify(manifest, undefined, 1)}\n`, { mode: 0o600 });
}

/** @throws BackupFailed unless every file is there as it was written. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => undefined);
  if (text === undefined) throw new BackupFailed(`${folder} has no ${NAME}: it is no whole backup`);
  const read = schema.safeParse(parsed(text));
  if (!read.success) throw new BackupFailed(`${join(folder, NAME)} is not of this version's backups`);
  for (const { path, sha256 } of read.data.files) {
    const found = await sha256Of(join(folder, path)).catch(() => 'no file');
    if (found !== sha256) throw new BackupFailed(`${join(folder, path)} is not as it was written`);
  }
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
