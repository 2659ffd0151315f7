import { once } from 'node:events';
import test from 'ava';
import type { ReadIds } from '../reads/reconciliation-reads.js';
import { IDS_A_PAGE, reconciliation } from './reconciliation.js';

const NOW = new Date(Date.UTC(2026, 0, 1, 10));

/** Ids 1 to `count`, page by page; says how often it was asked. */
function idsTo(count: number) {
  let pages = 0;
  const read: ReadIds = async (after, limit) => {
    pages += 1;
    const from = Number(after);
    return Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, index) => String(from + index + 1));
  };
  return { read, pages: () => pages };
}

async function parsed(read: ReadIds, onFault: (error: unknown) => void = () => undefined): Promise<unknown> {
  let text = '';
  for await (const chunk of await reconciliation(read, NOW, onFault)) text += String(chunk);
  return JSON.parse(text);
}

for (const count of [0, 1, IDS_A_PAGE - 1, IDS_A_PAGE, IDS_A_PAGE + 1, 2 * IDS_A_PAGE]) {
  test(`${count} ids are answered, each once and in order`, async (t) => {
    const users = Array.from({ length: count }, (_, index) => String(index + 1));
    t.deepEqual(await parsed(idsTo(count).read), { users, timestamp: NOW.toISOString() });
  });
}

test('a client that does not read makes us read no further, and one that goes away ends it', async (t) => {
  const ids = idsTo(Number.POSITIVE_INFINITY);
  const stream = await reconciliation(ids.read, NOW, (error) => t.fail(String(error)));
  stream.once('readable', () => undefined);
  await once(stream, 'readable');
  // Every page that it would read without being asked is read by now: reading one takes no time.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.true(ids.pages() <= 2, `${ids.pages()} pages`);
  stream.destroy();
  await once(stream, 'close');
  const pages = ids.pages();
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.is(ids.pages(), pages);
});

test('what fails at once is an error; what fails later ends the body with the word for it', async (t) => {
  const away = new Error('the database is away');
  const faults: unknown[] = [];
  await t.throwsAsync(
    reconciliation(
      async () => Promise.reject(away),
      NOW,
      (error) => faults.push(error),
    ),
    { is: away },
  );
  t.deepEqual(faults, []);
  const ids = idsTo(3 * IDS_A_PAGE);
  const failing: ReadIds = async (after, limit) => (after === '0' ? ids.read(after, limit) : Promise.reject(away));
  const answer = (await parsed(failing, (error) => faults.push(error))) as { users: string[]; error: string };
  t.is(answer.users.length, IDS_A_PAGE);
  t.is(answer.error, 'timeout');
  t.deepEqual(Object.keys(answer), ['users', 'error']);
  t.deepEqual(faults, [away]);
});
