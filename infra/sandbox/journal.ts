import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where one line stands in the file, in bytes, without its line feed. */
export type LinePlace = { readonly offset: number; readonly length: number };

/** A file of JSON lines that only grows. What was written outlives a kill -9 of this process (not a power cut). */
export type Journal = {
  /** The place is known at once, in the order of the calls; `written` resolves when the operating system has the line. */
  append(line: string): LinePlace & { readonly written: Promise<void> };
  /** The bytes of a range; what is still being written is waited for. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Waits for the last write, then closes the file. */
  close(): Promise<void>;
};

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** Opens or makes the file and shows every whole line in it; a last line cut short by a kill is removed. */
export async function openJournal(
  path: string,
  onLine: (line: string, place: LinePlace) => void = () => undefined,
): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  const size = await loadLines(file, onLine);
  await file.truncate(size);
  return createWriter(file, size);
}

async function loadLines(file: FileHandle, onLine: (line: string, place: LinePlace) => void): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  let lineStart = 0;
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return lineStart;
    position += bytesRead;
    const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = data.indexOf(LINE_FEED); end !== -1; end = data.indexOf(LINE_FEED, start)) {
      onLine(data.toString('utf8', start, end), { offset: lineStart, length: end - start });
      lineStart += end - start + 1;
      start = end + 1;
    }
    rest = data.subarray(start);
  }
}

function createWriter(file: FileHandle, startSize: number): Journal {
  let size = startSize;
  let queue: Buffer[] = [];
  let writing: Promise<void> = Promise.resolve();
  let nextBatch: Promise<void> | undefined;

  // All lines that arrive during one write share the next: one system call for a crowd of requests. After a failed
  // write every later one fails too, because the places promised so far no longer hold.
  function writeSoon(): Promise<void> {
    nextBatch ??= writing.then(() => {
      const batch = Buffer.concat(queue);
      queue = [];
      nextBatch = undefined;
      writing = file.appendFile(batch);
      return writing;
    });
    return nextBatch;
  }

  return {
    append(line) {
      const bytes = Buffer.from(`${line}\n`);
      const offset = size;
      size += bytes.length;
      queue.push(bytes);
      return { offset, length: bytes.length - 1, written: writeSoon() };
    },
    async read(offset, length) {
      await (nextBatch ?? writing);
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    async close() {
      await (nextBatch ?? writing);
      await file.close();
    },
  };
}
