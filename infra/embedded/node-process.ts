import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IS_COMPILED = import.meta.url.endsWith('.js');

/** Runs one of our mains, named `….ts` from the repository's root, whatever the current folder is. */
export function nodeCommand(main: string): readonly [string, ...string[]] {
  const path = `${ROOT}${main}`;
  return IS_COMPILED
    ? [process.execPath, path.replace(/\.ts$/, '.js')]
    : [process.execPath, '--import', import.meta.resolve('tsx'), path];
}
