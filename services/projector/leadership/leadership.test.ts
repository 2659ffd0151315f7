import test, { type ExecutionContext } from 'ava';
import { until } from '../../../infra/testing/until.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { lead, type Role } from './leadership.js';
import type { Lease } from './lease.js';
import { createLeaseTable } from './memory-lease.js';

const SHORT = { renewEveryMs: 2, askEveryMs: 2 };
const LONG_MS = 600_000;

/** One that would lead: what it plays, how often it began, and how it is stopped. */
function leader(t: ExecutionContext, lease: Lease) {
  const stopping = new AbortController();
  const seen: Role[] = [];
  const faults: unknown[] = [];
  const ended = lead(
    {
      lease,
      timing: SHORT,
      logger: silentLogger,
      onRole: (role) => seen.push(role),
      onStandby: () => undefined,
      onFault: (error) => faults.push(error),
      work: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    },
    stopping.signal,
  );
  const stop = () => {
    stopping.abort();
    return ended;
  };
  t.teardown(stop);
  return { seen, faults, stop, role: () => seen.at(-1) };
}

test('the first is active and the second stands by, until the first stops: then at once', async (t) => {
  const table = createLeaseTable(() => 0);
  const first = leader(t, table.of('first', LONG_MS));
  await until('the first is active', () => first.role() === 'active');
  const second = leader(t, table.of('second', LONG_MS));
  await first.stop();
  // By the clock of this lease no time passes: it cannot have expired.
  await until('the second is active', () => second.role() === 'active');
  t.deepEqual(second.seen, ['standby', 'active']);
});

test('who was overtaken while it was away stands by again, and leads again when the other is gone', async (t) => {
  let nowMs = 0;
  const table = createLeaseTable(() => nowMs);
  const own = table.of('first', LONG_MS);
  let isAway = false;
  const first = leader(t, { ...own, renew: async (epoch) => (isAway ? true : own.renew(epoch)) });
  await until('the first is active', () => first.role() === 'active');
  isAway = true;
  const second = leader(t, table.of('second', LONG_MS));
  nowMs = 2 * LONG_MS;
  await until('the second is active', () => second.role() === 'active');
  t.is(first.role(), 'active');
  isAway = false;
  await until('the first stands by', () => first.role() === 'standby');
  await second.stop();
  await until('the first is active again', () => first.role() === 'active');
  t.deepEqual(first.seen, ['standby', 'active', 'standby', 'active']);
});

test('while the lease cannot be renewed the active one goes on: nobody else can ask for it either', async (t) => {
  const own = createLeaseTable(() => 0).of('first', LONG_MS);
  let refused = 0;
  const first = leader(t, {
    ...own,
    async renew() {
      refused += 1;
      throw new Error('away');
    },
  });
  await until('it has tried', () => refused > 3);
  t.deepEqual(first.seen, ['standby', 'active']);
});

test('while the lease cannot be asked for, it is asked for again', async (t) => {
  const own = createLeaseTable(() => 0).of('first', LONG_MS);
  let failures = 2;
  const first = leader(t, {
    ...own,
    async take(retakeOwn) {
      failures -= 1;
      if (failures >= 0) throw new Error('away');
      return own.take(retakeOwn);
    },
  });
  await until('it is active', () => first.role() === 'active');
  t.is(first.faults.length, 2);
});
