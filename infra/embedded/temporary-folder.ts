import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunFolder = { readonly path: string; remove(): Promise<void> };

/** The given folder, which stays; or one of our own, which `remove` removes. */
export async function folderFor(given: string | undefined): Promise<RunFolder> {
  if (given !== undefined) return { path: given, remove: async () => {} };
  const path = await mkdtemp(join(tmpdir(), 'croupier-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
