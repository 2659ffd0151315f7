// A file written to and synced, again and again: what every durable answer waits for at least. Prints p50 and p99 in ms.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIMES = 300;

const folder = mkdtempSync(join(tmpdir(), 'croupier-bench-'));
try {
  const file = openSync(join(folder, 'file'), 'w');
  const block = Buffer.alloc(4_096);
  const took = [];
  for (let n = 0; n < TIMES; n += 1) {
    const from = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    took.push(performance.now() - from);
  }
  closeSync(file);
  took.sort((a, b) => a - b);
  process.stdout.write(JSON.stringify({ p50: took[TIMES * 0.5], p99: took[TIMES * 0.99] }));
} finally {
  rmSync(folder, { recursive: true });
}
