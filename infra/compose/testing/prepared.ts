import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { thisFile } from '../../testing/this-file.js';

const PREPARE = fileURLToPath(new URL('../prepare.sh', import.meta.url));

export type Prepared = {
  readonly folder: string;
  /** compose.env, read as docker-compose reads it. */
  readonly env: { readonly [name: string]: string };
  /** Runs the script once more; answers what it printed. */
  again(): Promise<string>;
};

let prepared: Promise<Prepared> | undefined;

/** What `prepare.sh` makes, in a folder of the test file's own. */
export function prepare(): Promise<Prepared> {
  prepared ??= prepareNow();
  return prepared;
}

async function prepareNow(): Promise<Prepared> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-compose-'));
  thisFile.teardown(() => rm(folder, { recursive: true, force: true }));
  const run = async () => (await promisify(execFile)('sh', [PREPARE, folder])).stdout;
  await run();
  const lines = (await readFile(join(folder, 'compose.env'), 'utf8')).split('\n');
  const pairs = lines.flatMap((line) => {
    const at = line.indexOf('=');
    return line.startsWith('#') || at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
  return { folder, env: Object.fromEntries(pairs), again: run };
}
