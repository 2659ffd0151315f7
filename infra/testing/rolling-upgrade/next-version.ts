import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';
import { nodeCommand } from '../../embedded/node-process.js';
import { temporaryFolder } from '../temporary-folder.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COPIED = ['services', 'shared', 'package.json', 'tsconfig.json'];

/**
 * The version after this one: a copy of this one that reads, and would write, player events of the next schema version.
 * Answers how to run its mains.
 */
export async function nextVersion(t: ExecutionContext): Promise<(main: string) => readonly [string, ...string[]]> {
  const folder = await temporaryFolder(t);
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await raiseVersion(join(folder, 'shared/events/player-events'));
  return (main) => {
    const [node, ...words] = nodeCommand(main);
    return [node, ...words.map((word) => word.replace(ROOT, `${folder}/`))];
  };
}

/** In the source, and in what was compiled of it where there is that. */
async function raiseVersion(file: string): Promise<void> {
  const now = `PLAYER_SCHEMA_VERSION = ${PLAYER_SCHEMA_VERSION}`;
  let raised = 0;
  for (const path of [`${file}.ts`, `${file}.js`]) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    if (!text.includes(now)) throw new Error(`${path} does not say ${now}`);
    await writeFile(path, text.replace(now, `PLAYER_SCHEMA_VERSION = ${PLAYER_SCHEMA_VERSION + 1}`));
    raised += 1;
  }
  if (raised === 0) throw new Error(`there is no ${file}`);
}
