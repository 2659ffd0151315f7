import test from 'ava';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { createHandover } from './handover.js';

function event(position: number, stream = 'player-1'): StoredEvent {
  return { id: `id-${position}`, type: 'T', data: {}, metadata: {}, stream, revision: 0, position: BigInt(position) };
}

function committed(...events: StoredEvent[]) {
  return { events, position: events.at(-1)?.position ?? 0n, alarms: 0 };
}

const positions = (events: readonly StoredEvent[] | undefined) => events?.map(({ position }) => Number(position));

test('what was committed is handed over after any position that memory reaches back to', (t) => {
  const handover = createHandover();
  handover.reset(10n);
  handover.add(committed(event(20), event(30, 'profile-1'), event(40)));
  t.deepEqual(positions(handover.after(10n, 9)), [20, 40]);
  t.deepEqual(positions(handover.after(20n, 9)), [40]);
  t.deepEqual(positions(handover.after(10n, 1)), [20]);
  t.deepEqual(positions(handover.after(40n, 9)), []);
  t.is(handover.after(9n, 9), undefined);
  t.is(handover.upTo(), 40n);
});

test('what was published is forgotten, and is no longer reached back to', (t) => {
  const handover = createHandover();
  handover.reset(undefined);
  handover.add(committed(event(20), event(30)));
  handover.forget(20n);
  t.is(handover.length, 1);
  t.is(handover.after(10n, 9), undefined);
  t.deepEqual(positions(handover.after(20n, 9)), [30]);
});

test('memory is bounded: the oldest are left to the store', (t) => {
  const handover = createHandover();
  handover.reset(undefined);
  handover.add(committed(...Array.from({ length: 4_001 }, (_, index) => event(index))));
  t.is(handover.length, 4_000);
  t.is(handover.after(-1n, 1), undefined);
  t.deepEqual(positions(handover.after(0n, 2)), [1, 2]);
});

test('a reset forgets what led to the checkpoint', (t) => {
  const handover = createHandover();
  handover.reset(undefined);
  handover.add(committed(event(20)));
  handover.reset(50n);
  t.is(handover.after(20n, 9), undefined);
  t.is(handover.upTo(), 50n);
});

test('whoever waits is woken by a commit beyond its position, or by the signal', async (t) => {
  const handover = createHandover();
  handover.reset(undefined);
  const stop = new AbortController();
  const beyond = handover.beyond(15n, stop.signal);
  handover.add(committed(event(10)));
  handover.add(committed(event(20)));
  await beyond;
  const never = handover.beyond(99n, stop.signal);
  stop.abort();
  await never;
  t.pass();
});
