import type { ExecutionContext, TestFn } from 'ava';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import type { PastRecord } from '../player/snapshot.js';
import type { Archive, Snapshot } from './archive.js';

const JANE = parsePlayerId('12345') as PlayerId;
const OTHER = parsePlayerId('1234') as PlayerId;

function snapshot(revision: number): Snapshot {
  return { revision, hash: 'a'.repeat(64), stateVersion: 1, state: '{"text":"ü \\" 😀"}' };
}

function record(reference: string): PastRecord {
  return { kind: 'unseen_rollback', reference, roundId: 'r-1' };
}

/** What every archive does. */
export function testArchive(test: TestFn, name: string, open: (t: ExecutionContext) => Archive): void {
  test(`${name}: a player who was never saved has no snapshot and no record`, (t) => {
    const jane = open(t).open(JANE);
    t.is(jane.snapshot(), undefined);
    t.is(jane.revision(), undefined);
    t.is(jane.record('transaction mock t-1'), undefined);
  });

  test(`${name}: what was saved is found at once, by this and by a later opening, and of this player alone`, async (t) => {
    const archive = open(t);
    const jane = archive.open(JANE);
    for (let n = 0; n < 50; n += 1) {
      await jane.save(snapshot(n), new Map([[`transaction mock t-${n}`, record(`t-${n}`)]]));
      t.like(jane.snapshot(), snapshot(n));
      t.deepEqual(jane.record(`transaction mock t-${n}`), record(`t-${n}`));
    }
    const again = archive.open(JANE);
    t.like(again.snapshot(), snapshot(49));
    t.is(again.revision(), 49);
    t.deepEqual(again.record('transaction mock t-0'), record('t-0'));
    t.is(again.record('transaction mock t-50'), undefined);
    t.is(archive.open(OTHER).snapshot(), undefined);
    t.is(archive.open(OTHER).record('transaction mock t-0'), undefined);
  });

  test(`${name}: a record saved again is the newer one; the rest stays`, async (t) => {
    const jane = open(t).open(JANE);
    await jane.save(
      snapshot(1),
      new Map([
        ['a', record('1')],
        ['b', record('2')],
      ]),
    );
    await jane.save(snapshot(2), new Map([['b', record('3')]]));
    t.deepEqual([jane.record('a'), jane.record('b')], [record('1'), record('3')]);
  });

  test(`${name}: keys are told apart to the last character, and may be as long as ids are`, async (t) => {
    const jane = open(t).open(JANE);
    const longest = `transaction ${'p'.repeat(128)} ${'~'.repeat(128)}`;
    const keys = ['transaction mock t', 'transaction mock t ', 'transaction mock', 'bonus t', longest];
    await jane.save(snapshot(1), new Map(keys.map((key) => [key, record(key)])));
    for (const key of keys) t.deepEqual(jane.record(key), record(key));
    t.is(jane.record(longest.slice(0, -1)), undefined);
  });

  test(`${name}: after a drop nothing is found, also not of what was saved before when the player is saved anew`, async (t) => {
    const archive = open(t);
    const jane = archive.open(JANE);
    const old = Array.from({ length: 2_500 }, (_, n) => [`transaction mock t-${n}`, record(`t-${n}`)] as const);
    await jane.save(snapshot(1), new Map(old));
    await archive.open(OTHER).save(snapshot(7), new Map([['transaction mock t-1', record('other')]]));
    await jane.drop();
    t.is(jane.snapshot(), undefined);
    t.is(jane.revision(), undefined);
    t.is(jane.record('transaction mock t-1'), undefined);
    await jane.save(snapshot(2), new Map([['transaction mock new', record('new')]]));
    for (const opened of [jane, archive.open(JANE)]) {
      t.is(opened.record('transaction mock t-1'), undefined);
      t.deepEqual(opened.record('transaction mock new'), record('new'));
    }
    t.deepEqual(archive.open(OTHER).record('transaction mock t-1'), record('other'));
  });
}
