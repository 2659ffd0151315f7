import type { ExecutionContext, TestFn } from 'ava';
import { until } from '../../../infra/testing/until.js';
import type { Lease } from './lease.js';

export type OpenLeases = (t: ExecutionContext) => Promise<(holder: string, lastsMs: number) => Lease>;

const LONG_MS = 600_000;

/** What every lease keeps, whatever holds it. */
export function testLease(test: TestFn, name: string, open: OpenLeases): void {
  test.serial(`${name}: one has it at a time, and a release makes way at once`, async (t) => {
    const of = await open(t);
    const [ann, bob] = [of('ann', LONG_MS), of('bob', LONG_MS)];
    const epoch = await ann.take(true);
    t.is(epoch, 1n);
    t.is(await bob.take(true), undefined);
    t.true(await ann.renew(1n));
    t.is(await bob.take(true), undefined);
    await ann.release(1n);
    t.is(await bob.take(true), 2n);
    t.is(await ann.take(true), undefined);
  });

  test.serial(`${name}: of many who ask at once one gets it`, async (t) => {
    const of = await open(t);
    const names = ['ann', 'bob', 'cid', 'dan', 'eve'];
    const taken = await Promise.all(names.map((holder) => of(holder, LONG_MS).take(false)));
    t.deepEqual(
      taken.filter((epoch) => epoch !== undefined),
      [1n],
    );
  });

  test.serial(
    `${name}: who did not renew it in time loses it, and can neither renew nor release it then`,
    async (t) => {
      const of = await open(t);
      const [ann, bob] = [of('ann', 1), of('bob', LONG_MS)];
      await ann.take(true);
      const epoch = await until('it has expired', () => bob.take(true));
      t.is(epoch, 2n);
      t.false(await ann.renew(1n));
      await ann.release(1n);
      t.is(await ann.take(true), undefined);
      t.true(await bob.renew(2n));
    },
  );

  test.serial(
    `${name}: who starts under the holder's name is its successor; who goes on under it is not`,
    async (t) => {
      const of = await open(t);
      await of('ann', LONG_MS).take(true);
      const restarted = of('ann', LONG_MS);
      t.is(await restarted.take(false), undefined);
      t.is(await restarted.take(true), 2n);
    },
  );
}
