import { createHash } from 'node:crypto';

/** All that happened, in order, in one hash: two runs that have it did the same. */
export type Trace = { add(what: string): void; hash(): string };

export function createTrace(): Trace {
  const hash = createHash('sha256');
  let buffer = '';
  return {
    add(what) {
      buffer += `${what}\n`;
      if (buffer.length < 4096) return;
      hash.update(buffer);
      buffer = '';
    },
    hash: () => hash.update(buffer).digest('hex').slice(0, 16),
  };
}
