import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadyInfo } from './ready.js';

/** `ready.json` in the data folder: what READY said, with the pids of now, for tools that come later. */
export type ReadyFile = { write(ready: ReadyInfo): Promise<void>; remove(): Promise<void> };

export function createReadyFile(folder: string): ReadyFile {
  const path = join(folder, 'ready.json');
  let isRemoved = false;
  let last = Promise.resolve();
  const next = (step: () => Promise<void>) => {
    last = last.catch(() => {}).then(step);
    return last;
  };
  return {
    write: (ready) =>
      next(async () => {
        if (isRemoved) return;
        // It holds keys, so it is its owner's only.
        await writeFile(`${path}.new`, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600 });
        await rename(`${path}.new`, path);
      }),
    remove: () =>
      next(async () => {
        isRemoved = true;
        await rm(path, { force: true });
      }),
  };
}
