// @ts-check
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compiled } from './compile.mjs';

// `node infra/build/run.mjs <main.ts> …`: runs one of our mains as JavaScript, in this very process.

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const [node = process.execPath, , main, ...args] = process.argv;
if (main === undefined) throw new Error('say which main to run: node infra/build/run.mjs infra/embedded/main.ts');
const script = join(await compiled(CHECKOUT), main.replace(/\.ts$/, '.js'));
process.argv = [node, script, ...args];
await import(pathToFileURL(script).href);
