import { cp, readdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Not of the sources: what was installed, what runs have left, what git keeps. */
const LEFT_OUT = new Set(['node_modules', '.git', '.data', '.out']);

/**
 * The checkout with a `.js` beside each `.ts`: every test file and every service of a test is a process of its own, and
 * none of them has to load a compiler first. The compiler is tsx's own, with the same settings.
 */
export async function compiledCopy(checkout: string, folder: string): Promise<void> {
  await cp(checkout, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const paths = await readdir(folder, { recursive: true });
  const sources = paths.filter((path) => path.endsWith('.ts') && !path.startsWith('node_modules'));
  await build({
    absWorkingDir: folder,
    entryPoints: sources,
    outdir: folder,
    outbase: folder,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
  });
}
