import { Readable } from 'node:stream';
import test from 'ava';
import { StoreUnavailable } from '../../../../shared/event-store/event-store.js';
import { batchesOf } from './batches.js';

async function all(stream: Readable, timeoutMs = 60_000): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const batch of batchesOf<number>(stream, timeoutMs)) found.push(...batch);
  return found;
}

const NUMBERS = Array.from({ length: 1_000 }, (_, n) => n);

test('everything comes, in order', async (t) => {
  t.deepEqual(await all(Readable.from(NUMBERS)), NUMBERS);
  t.deepEqual(await all(Readable.from([])), []);
});

test('a read that fails, is cut off, or brings nothing does not pass for a short one', async (t) => {
  async function* broken() {
    yield* NUMBERS;
    throw new Error('the store broke');
  }
  await t.throwsAsync(all(Readable.from(broken())), { message: 'the store broke' });

  const cut = new Readable({ objectMode: true, read: () => undefined });
  cut.push(1);
  const reading = all(cut);
  setImmediate(() => cut.destroy());
  await t.throwsAsync(reading, { instanceOf: StoreUnavailable, message: /cut off/ });

  const silent = new Readable({ objectMode: true, read: () => undefined });
  await t.throwsAsync(all(silent, 1), { instanceOf: StoreUnavailable, message: /nothing came/ });
});
