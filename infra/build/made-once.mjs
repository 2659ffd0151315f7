// @ts-check
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How a folder is called that is still being made, before its own random part. */
export const UNFINISHED = 'unfinished-';

/**
 * Makes the folder unless it is there; true when it had to be made. It gets its name when it is whole, so whoever finds it
 * can use it, and processes that make the same one at once do not meet.
 *
 * @param {string} folder named by what goes into it: two that have its name are the same
 * @param {(unfinished: string) => Promise<void>} make fills an empty folder
 * @returns {Promise<boolean>}
 */
export async function madeOnce(folder, make) {
  if (await exists(folder)) return false;
  const unfinished = join(dirname(folder), `${UNFINISHED}${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await make(unfinished);
    await rename(unfinished, folder).catch(async (error) => {
      // Another process was first.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return true;
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
