import { fileURLToPath } from 'node:url';

const TSX = import.meta.resolve('tsx');
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Runs one of our TypeScript mains, named from the repository's root, whatever the current folder is. */
export function nodeCommand(main: string): readonly [string, ...string[]] {
  return [process.execPath, '--import', TSX, `${REPOSITORY}${main}`];
}
