import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { madeOnce, UNFINISHED } from '../../build/made-once.mjs';
import { nodeCommand } from '../../embedded/node-process.js';
import { systemEnv } from '../../embedded/system-env.js';
import { ROOT, sourcesHash } from './sources.js';

/** A built file, as it is served. */
export type PageFile = { readonly body: Buffer; readonly type: string };
/** By its path in the build: `casino/index.html`, `assets/casino-1a2b.js`. */
export type BuiltPages = ReadonlyMap<string, PageFile>;

const CACHE = join(ROOT, 'node_modules', '.cache', 'croupier-web');
const BUILD_TIMEOUT_MS = 120_000;
/** Whoever edits a page makes a build of each state; these many are kept. */
const BUILDS_KEPT = 4;
const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The pages, built first when their sources are newer than any build. A build is named by its sources, so it is never
 * stale, and several processes that build at once do not meet. @throws Error with what the build printed.
 */
export async function builtPages(): Promise<BuiltPages> {
  const folder = join(CACHE, await sourcesHash());
  if (await madeOnce(folder, buildInto)) await forgetOldBuilds();
  return readAll(folder);
}

async function buildInto(folder: string): Promise<void> {
  const [node, ...words] = nodeCommand('infra/sandbox/pages/vite-build.ts');
  await promisify(execFile)(node, [...words, folder], {
    env: { ...systemEnv(), NODE_ENV: 'production' },
    timeout: BUILD_TIMEOUT_MS,
  });
}

async function forgetOldBuilds(): Promise<void> {
  const names = (await readdir(CACHE)).filter((name) => !name.startsWith(UNFINISHED));
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(CACHE, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = aged.sort((one, other) => other.at - one.at).slice(BUILDS_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(CACHE, name), { recursive: true, force: true })));
}

async function readAll(folder: string): Promise<BuiltPages> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    files.set(path.slice(folder.length + 1).replaceAll(sep, '/'), { body: await readFile(path), type });
  }
  return files;
}
