// @ts-check
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, symlink, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, stop, version } from 'esbuild';
import { madeOnce } from './made-once.mjs';

// Plain JavaScript: this is what runs before anything is compiled.

/** Left behind by installs, runs and builds. */
const LEFT_OUT = new Set(['node_modules', '.git', '.data', '.out', '.build']);
/** What a platform runs, and what else the pages are built from. */
const PARTS = ['services', 'shared', 'infra', 'package.json', 'package-lock.json', 'tsconfig.json'];
const UNUSED_MS = 7 * 24 * 3_600_000;

/**
 * The folder with the checkout's services and tools as JavaScript, compiled unless there is one of just these sources.
 * Several processes may ask at once, and what runs from an older build is not disturbed.
 *
 * @param {string} checkout
 * @returns {Promise<string>}
 */
export async function compiled(checkout) {
  const builds = join(checkout, '.build');
  const folder = join(builds, await digestOf(checkout));
  const made = await madeOnce(folder, (unfinished) => compileInto(unfinished, checkout, PARTS));
  if (made) await removeUnused(builds);
  else await utimes(folder, new Date(), new Date());
  return folder;
}

/**
 * A copy of these parts of the checkout, with a `.js` beside each `.ts`: no process has to load a compiler first, and
 * functions are as they were written. (tsx names each anew when it is made, which costs a closure 250 bytes.)
 *
 * @param {string} folder
 * @param {string} checkout
 * @param {readonly string[]} parts
 */
export async function compileInto(folder, checkout, parts) {
  await mkdir(folder, { recursive: true });
  for (const part of parts) {
    if (LEFT_OUT.has(part)) continue;
    await cp(join(checkout, part), join(folder, part), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
  }
  const paths = await readdir(folder, { recursive: true });
  await build({
    absWorkingDir: folder,
    entryPoints: paths.filter((path) => path.endsWith('.ts')),
    outdir: folder,
    outbase: folder,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
  });
  // Its compiler is a process of its own, which would stay as long as we do.
  await stop();
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
}

/** @param {string} checkout */
async function digestOf(checkout) {
  const digest = createHash('sha256').update(`esbuild ${version} node ${process.versions.node}`);
  for (const part of PARTS) {
    for (const path of await filesOf(join(checkout, part))) digest.update(`\0${path}\0`).update(await readFile(path));
  }
  return digest.digest('hex').slice(0, 16);
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function filesOf(path) {
  if (LEFT_OUT.has(basename(path))) return [];
  if (!(await stat(path)).isDirectory()) return [path];
  const within = await Promise.all((await readdir(path)).sort().map((name) => filesOf(join(path, name))));
  return within.flat();
}

/** @param {string} builds */
async function removeUnused(builds) {
  for (const name of await readdir(builds)) {
    const path = join(builds, name);
    // What another process was making may have got its name, or have been removed, since.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > UNUSED_MS) await rm(path, { recursive: true, force: true });
  }
}
