import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type { Roster } from './roster.js';

export type RosterGround = {
  readonly roster: Roster;
  /** Ends this instance's lease now, so that no test waits for a clock. */
  expire(id: string): Promise<void>;
};

type Test = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

const LEASE_MS = 600_000;

/** What every roster does, whatever it is made of. */
export function testRoster(test: Test, name: string, open: (t: ExecutionContext) => Promise<RosterGround>): void {
  async function joined(roster: Roster, named?: string): Promise<string> {
    const id = randomUUID();
    await roster.join({ id, name: named, leaseMs: LEASE_MS });
    return id;
  }

  test(`${name}: who is alone takes everything, and what is taken is in the roll with its epoch`, async (t) => {
    const { roster } = await open(t);
    const ann = await joined(roster);
    const taken = await roster.take(ann, 256);
    t.is(taken.size, 256);
    t.deepEqual(await roster.roll(ann), { instances: 1, held: taken, free: 0, intake: 'free' });
    t.true([...taken.values()].every((epoch) => epoch === 1));
  });

  test(`${name}: what has an owner is not taken, what is released is, under a later epoch`, async (t) => {
    const { roster } = await open(t);
    const [ann, bob] = [await joined(roster), await joined(roster)];
    await roster.take(ann, 256);
    t.is((await roster.take(bob, 256)).size, 0);
    await roster.release(bob, [1]);
    t.is((await roster.roll(ann)).held.size, 256, 'nobody releases what is not theirs');
    await roster.release(ann, [7, 9]);
    t.deepEqual(await roster.take(bob, 256), new Map([...[7, 9].map((partition) => [partition, 2] as const)]));
    t.is((await roster.roll(ann)).held.size, 254);
    t.is((await roster.roll(bob)).instances, 2);
  });

  test(`${name}: many who take at once never take the same`, async (t) => {
    const { roster } = await open(t);
    const ids = await Promise.all(Array.from({ length: 4 }, () => joined(roster)));
    const taken = await Promise.all(ids.flatMap((id) => [roster.take(id, 40), roster.take(id, 40)]));
    const partitions = taken.flatMap((own) => [...own.keys()]);
    t.is(new Set(partitions).size, partitions.length);
    for (const id of ids) await roster.take(id, 256);
    const held = await Promise.all(ids.map(async (id) => (await roster.roll(id)).held.size));
    t.is(
      held.reduce((sum, size) => sum + size),
      256,
    );
  });

  test(`${name}: whose lease has run out is buried by another, owns nothing and takes nothing`, async (t) => {
    const { roster, expire } = await open(t);
    const [ann, bob] = [await joined(roster), await joined(roster)];
    await roster.take(ann, 256);
    t.true(await roster.takeIntake(ann));
    await roster.bury(bob);
    t.true(await roster.renew(ann, LEASE_MS), 'she lives');
    await expire(ann);
    await roster.bury(ann);
    t.is((await roster.roll(ann)).held.size, 256, 'nobody buries herself');
    await roster.bury(bob);
    t.false(await roster.renew(ann, LEASE_MS));
    t.is((await roster.roll(ann)).held.size, 0);
    t.is((await roster.take(ann, 256)).size, 0);
    t.false(await roster.takeIntake(ann));
    t.deepEqual(await roster.roll(bob), { instances: 1, held: new Map(), free: 256, intake: 'free' });
  });

  test(`${name}: who renews a lease that has run out before anyone minded goes on`, async (t) => {
    const { roster, expire } = await open(t);
    const [ann, bob] = [await joined(roster), await joined(roster)];
    const taken = await roster.take(ann, 256);
    await expire(ann);
    t.true(await roster.renew(ann, LEASE_MS));
    await roster.bury(bob);
    t.deepEqual((await roster.roll(ann)).held, taken);
  });

  test(`${name}: who leaves frees everything at once`, async (t) => {
    const { roster } = await open(t);
    const [ann, bob] = [await joined(roster), await joined(roster)];
    await roster.take(ann, 256);
    await roster.takeIntake(ann);
    t.false(await roster.takeIntake(bob));
    t.is((await roster.roll(bob)).intake, 'taken');
    await roster.leave(ann);
    t.deepEqual(await roster.roll(bob), { instances: 1, held: new Map(), free: 256, intake: 'free' });
    t.true(await roster.takeIntake(bob));
    t.is((await roster.roll(bob)).intake, 'ours');
  });

  test(`${name}: who joins under a name takes the place of the one before, and of nobody else`, async (t) => {
    const { roster } = await open(t);
    const first = await joined(roster, 'a');
    const other = await joined(roster, 'b');
    await roster.take(first, 100);
    await roster.take(other, 100);
    const second = await joined(roster, 'a');
    t.false(await roster.renew(first, LEASE_MS));
    t.true(await roster.renew(other, LEASE_MS));
    t.deepEqual(await roster.roll(second), { instances: 2, held: new Map(), free: 156, intake: 'free' });
  });

  test(`${name}: who joins again because the answer was lost is there once`, async (t) => {
    const { roster } = await open(t);
    const newcomer = { id: randomUUID(), name: 'a', leaseMs: LEASE_MS };
    await roster.join(newcomer);
    await roster.take(newcomer.id, 3);
    await roster.join(newcomer);
    const roll = await roster.roll(newcomer.id);
    t.deepEqual([roll.instances, roll.held.size], [1, 3]);
  });
}
