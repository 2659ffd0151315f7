import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { open } from 'lmdb';
import { StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { PastRecord } from '../player/snapshot.js';
import { testArchive } from '../runtime/archive.contract.js';
import type { Archive } from '../runtime/archive.js';
import { createLmdbArchive } from './lmdb-archive.js';

const JANE = parsePlayerId('12345') as PlayerId;
const SNAPSHOT = { revision: 3, hash: 'a'.repeat(64), stateVersion: 1, state: '{}' };
const RECORD: PastRecord = { kind: 'tombstone' };

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'croupier-archive-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function opened(t: ExecutionContext, dir: string): Archive {
  const archive = createLmdbArchive({ dir });
  t.teardown(() => archive.close());
  return archive;
}

testArchive(test, 'the archive on disk', (t) => opened(t, folder(t)));

test('what was saved is there after a restart', async (t) => {
  const dir = folder(t);
  const before = createLmdbArchive({ dir });
  await before.open(JANE).save(SNAPSHOT, new Map([['a', RECORD]]));
  await before.close();
  const after = opened(t, dir).open(JANE);
  t.like(after.snapshot(), SNAPSHOT);
  t.deepEqual(after.record('a'), RECORD);
});

test('a second one with the same folder has an archive of its own', async (t) => {
  const dir = folder(t);
  const [one, other] = [opened(t, dir), opened(t, dir)];
  await one.open(JANE).save(SNAPSHOT, new Map());
  t.is(other.open(JANE).snapshot(), undefined);
});

test('the claim of a process that is gone is void', async (t) => {
  const dir = folder(t);
  const before = createLmdbArchive({ dir });
  await before.open(JANE).save(SNAPSHOT, new Map());
  await before.close();
  // No process has such a number: Linux ends at 2^22.
  writeFileSync(join(dir, '0.owner.7'), '999999999');
  t.like(opened(t, dir).open(JANE).snapshot(), SNAPSHOT);
});

test('where the claim was lost all the same, whoever came last has the archive and the other is told', async (t) => {
  const dir = folder(t);
  const jane = opened(t, dir).open(JANE);
  await jane.save(SNAPSHOT, new Map([['a', RECORD]]));
  // As another process would do at its start.
  const taker = open({ path: join(dir, '0'), overlappingSync: false, maxDbs: 4 });
  await taker.openDB<string, string>({ name: 'owner', encoding: 'json' }).put('owner', 'somebody else');
  t.throws(() => jane.snapshot(), { instanceOf: StoreUnavailable });
  t.throws(() => jane.record('a'), { instanceOf: StoreUnavailable });
  await t.throwsAsync(jane.save({ ...SNAPSHOT, revision: 4 }, new Map()), { instanceOf: StoreUnavailable });
  await taker.close();
});

test('a damaged file ends at most one start: the next one begins anew', async (t) => {
  const dir = folder(t);
  await createLmdbArchive({ dir }).close();
  for (const name of ['data.mdb', 'lock.mdb']) writeFileSync(join(dir, '0', name), 'no archive');
  const open = `import('${new URL('./lmdb-archive.ts', import.meta.url)}')
    .then(({ createLmdbArchive }) => createLmdbArchive({ dir: ${JSON.stringify(dir)} }))
    .then(() => process.exit(0), () => process.exit(1))`;
  const start = () => spawnSync(process.execPath, ['--import', 'tsx', '--eval', open]).status;
  t.true(start() === 0 || start() === 0);
  t.is(opened(t, dir).open(JANE).snapshot(), undefined);
});
