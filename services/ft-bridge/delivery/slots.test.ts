import test from 'ava';
import { player } from '../tests/stories.js';
import { type Lane, newLane } from './lane.js';
import { createSlots, type Slots } from './slots.js';

const failing = { attempts: 1, refusals: 0, since: 0, nextAttemptAt: 0, status: 500, error: '' };

function lanes(from: number, count: number, isFailing: boolean): Lane[] {
  return Array.from({ length: count }, (_, index) =>
    newLane(
      {
        ...{ playerId: player(from + index), delivered: -1, taken: 0, partsDone: 0 },
        ...{ replay: undefined, parked: undefined },
        failing: isFailing ? failing : undefined,
      },
      1,
    ),
  );
}

/** Takes all the turns that there are. */
function takeAll(slots: Slots, limit: number): string[] {
  const taken: string[] = [];
  for (let turn = slots.take(limit); turn !== undefined; turn = slots.take(limit)) taken.push(turn.lane.playerId);
  return taken;
}

test('no more lanes have a slot than there are, and the others come in turn', (t) => {
  const slots = createSlots();
  for (const lane of lanes(1, 3, false)) slots.push(lane);
  const first = slots.take(2);
  t.is(first?.lane.playerId, player(1));
  t.deepEqual(takeAll(slots, 2), ['2']);
  t.is(slots.inFlight(), 2);
  if (first !== undefined) slots.release(first);
  t.deepEqual(takeAll(slots, 2), ['3']);
});

test('failing lanes have half of the slots at most, even when nobody else wants them', (t) => {
  const slots = createSlots();
  for (const lane of lanes(1, 40, true)) slots.push(lane);
  t.is(takeAll(slots, 32).length, 16);
  for (const lane of lanes(100, 40, false)) slots.push(lane);
  t.deepEqual(
    takeAll(slots, 32),
    lanes(100, 16, false).map(({ playerId }) => playerId),
  );
});

test('failing lanes have a slot in sixteen, however many others wait', (t) => {
  const slots = createSlots();
  for (const lane of lanes(100, 40, false)) slots.push(lane);
  for (const lane of lanes(1, 40, true)) slots.push(lane);
  const taken = takeAll(slots, 32);
  t.deepEqual(taken.slice(0, 2), ['1', '2']);
  t.deepEqual(
    taken.slice(2),
    lanes(100, 30, false).map(({ playerId }) => playerId),
  );
});
