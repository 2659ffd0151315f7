// @ts-check
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileInto } from '../build/compile.mjs';

// `node infra/compose/build-image.mjs <folder>`: what an image holds, compiled, with the sandbox's pages built.

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = 'infra/sandbox/pages/built-pages.js';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('say where to: node infra/compose/build-image.mjs /croupier');

await compileInto(folder, CHECKOUT, ['services', 'shared', 'infra', 'package.json', 'tsconfig.json']);
// Into the cache that the sandbox looks in: an image is read-only, and has no compiler.
const { builtPages } = await import(pathToFileURL(join(folder, PAGES)).href);
await builtPages();

for (const path of await readdir(folder, { recursive: true })) {
  // The pages' sources stay, all of them: by these the sandbox knows that its pages are not stale.
  if (path.startsWith('node_modules') || path.startsWith(join('infra', 'sandbox', 'web'))) continue;
  if (/\.ts$|\.(test|contract|property)\.js(\.map)?$/.test(path)) await rm(join(folder, path));
}
// A link to the checkout's; the Dockerfile puts what production needs in its place.
await rm(join(folder, 'node_modules'));
