import { closeSync, copyFileSync, fstatSync, openSync, readSync, truncateSync } from 'node:fs';
import type { Logs } from './logs.js';
import type { ProcessName } from './server-spec.js';

const LOOK_EVERY_MS = 2_000;
const READ_MAX_BYTES = 4_194_304;
const LOG_MAX_BYTES = 67_108_864;
/** Pino's number for `error`; 60 is `fatal`. */
const ERROR_LEVEL = 50;

export type LoggedErrors = { readonly name: ProcessName; readonly count: number; readonly last: string };

/** Reads along in the children's log files, tells of the errors in them, and keeps the files from growing without end. */
export function watchLogs(
  logs: Logs,
  names: readonly ProcessName[],
  onErrors: (errors: LoggedErrors) => void,
): () => void {
  const readUpTo = new Map<ProcessName, number>();
  const look = () => {
    for (const name of names) {
      const path = logs.path(name);
      const { text, end, size } = readFrom(path, readUpTo.get(name) ?? 0);
      readUpTo.set(name, end);
      const errors = text.split('\n').flatMap((line) => errorIn(line) ?? []);
      const last = errors.at(-1);
      if (last !== undefined) onErrors({ name, count: errors.length, last });
      if (size > LOG_MAX_BYTES) {
        // The child appends through a descriptor of its own, so the file is emptied in place.
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
        readUpTo.set(name, 0);
      }
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What was appended since, in whole lines, at most a bounded piece at a time. */
function readFrom(path: string, start: number): { text: string; end: number; size: number } {
  const fd = openSync(path, 'a+');
  try {
    const size = fstatSync(fd).size;
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - start, READ_MAX_BYTES)));
    const length = readSync(fd, buffer, 0, buffer.length, start);
    const whole = buffer.subarray(0, buffer.lastIndexOf('\n', length) + 1);
    // A line longer than the buffer is passed over.
    const isStuck = whole.length === 0 && length === READ_MAX_BYTES;
    return { text: whole.toString('utf8'), end: start + (isStuck ? length : whole.length), size };
  } finally {
    closeSync(fd);
  }
}

/** The message of a log line at error level or above. */
function errorIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if (typeof level !== 'number' || level < ERROR_LEVEL) return undefined;
    return [msg, err?.message].filter((part) => part !== undefined).join(': ');
  } catch {
    return undefined;
  }
}
