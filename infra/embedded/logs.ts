import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const TAIL_BYTES = 4_096;

/** The log files of the children: `<folder>/<name>.log`, the ones of the run before beside them as `.log.1`. */
export type Logs = {
  readonly folder: string;
  /** A file descriptor to append to; the caller closes it. */
  open(name: string): number;
  /** The last lines written, oldest first. */
  tail(name: string, lines: number): string[];
  path(name: string): string;
};

/** Starts a new set of log files in the folder. */
export function createLogs(folder: string, names: readonly string[]): Logs {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, `${name}.log`);
  for (const name of names) keepOld(path(name));
  return {
    folder,
    path,
    // Children write by themselves: a pipe through us would stall them when we are busy and break when we die.
    open: (name) => openSync(path(name), 'a', 0o600),
    tail: (name, lines) => tailOf(path(name)).slice(-lines),
  };
}

function keepOld(path: string): void {
  try {
    renameSync(path, `${path}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function tailOf(path: string): string[] {
  const fd = openSync(path, 'a+');
  try {
    const size = statSync(path).size;
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(fd, buffer, 0, length, size - length);
    return buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } finally {
    closeSync(fd);
  }
}
