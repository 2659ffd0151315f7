import test from 'ava';
import { parseOptions } from '../options.js';
import { EVERY_KIND_FROM_S, KINDS, planFaults } from '../plan.js';
import { LINKS, processes } from '../platform/topology.js';

test('the same seed is the same plan, another seed another', (t) => {
  t.deepEqual(planFaults(7, 120), planFaults(7, 120));
  t.notDeepEqual(planFaults(7, 120), planFaults(8, 120));
});

test('a minute is enough for every kind of fault, whatever the seed', (t) => {
  for (let seed = 0; seed < 500; seed += 1) {
    const planned = new Set(planFaults(seed, EVERY_KIND_FROM_S).map(({ kind }) => kind));
    t.deepEqual(
      KINDS.filter((kind) => !planned.has(kind)),
      [],
      `seed ${seed}`,
    );
  }
});

test('a long run reaches every process and every connection', (t) => {
  const faults = planFaults(1, 900);
  const hit = (kind: string) =>
    faults.flatMap((fault) => (fault.kind === kind && 'instance' in fault ? fault.instance : []));
  t.deepEqual([...new Set([...hit('kill'), ...hit('pause')])].sort(), [...processes()].sort());
  t.deepEqual([...new Set(faults.flatMap((fault) => ('link' in fault ? fault.link : [])))].sort(), [...LINKS].sort());
});

test('every fault has ended when the load does, and staging is told one thing at a time', (t) => {
  for (let seed = 0; seed < 100; seed += 1) {
    const faults = planFaults(seed, 90);
    t.true(faults.every(({ atMs, durationMs }) => atMs >= 0 && durationMs >= 0 && atMs + durationMs <= 90_000));
    const told = faults.filter((fault) => !('instance' in fault) && !('link' in fault));
    for (const [index, { atMs }] of told.entries()) {
      const before = told[index - 1];
      t.true(before === undefined || before.atMs + before.durationMs <= atMs, `seed ${seed}`);
    }
  }
});

test('fewer refusals in a row than park a lane', (t) => {
  const counts = planFaults(3, 3_600).flatMap((fault) => (fault.kind === 'answer-400' ? fault.count : []));
  t.true(counts.length > 0 && counts.every((count) => count >= 1 && count < 8));
});

test('options: what they default to, and one sentence for what is not one', (t) => {
  t.like(parseOptions([]), { seconds: 60, players: 20, rate: 15, out: '.out', help: false });
  t.like(parseOptions(['--seconds', '600', '--seed', '4294967295']), { seconds: 600, seed: 4_294_967_295 });
  for (const args of [
    ['--seconds', '0'],
    ['--seconds', 'x'],
    ['--seed', '1.5'],
    ['--seed', '4294967296'],
    ['--out', ''],
    ['--sede', '1'],
    ['x'],
  ]) {
    t.throws(() => parseOptions(args), { message: /^[^\n]+$/ }, args.join(' '));
  }
});
