import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { PARTITIONS } from '../../../shared/bus/messages.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import {
  LEASE_MS,
  PLAYERS,
  REQUEST_TIMEOUT_MS,
  type SimulatedBridge,
  simulateBridges,
} from '../tests/simulated-bridges.js';
import { createMembership } from './membership.js';
import { createMemoryRoster } from './memory-roster.js';

const HEARTBEAT_MS = 1_000;

const ownedBy = ({ membership }: SimulatedBridge) =>
  PLAYERS.filter((playerId) => membership.epochOf(playerId) !== undefined).length;

test('who is alone owns everything and leads after its first turn', async (t) => {
  const { open } = simulateBridges();
  const ann = open();
  t.is(ann.membership.missing(), 'instances: not among the bridges yet');
  t.false(ann.membership.mayStart());
  await ann.wholeTurn();
  t.is(ownedBy(ann), PARTITIONS);
  t.true(ann.membership.leads());
  t.true(ann.membership.mayStart());
  t.is(ann.membership.missing(), undefined);
});

test('a request starts only if the lease outlives its whole timeout, counted from before the lease was asked for', async (t) => {
  const { open, pass } = simulateBridges();
  const ann = open();
  await ann.step('through');
  pass(400);
  await ann.wholeTurn();
  pass(LEASE_MS - REQUEST_TIMEOUT_MS - 400);
  t.true(ann.membership.mayStart());
  pass(1);
  t.false(ann.membership.mayStart());
  await ann.wholeTurn();
  t.true(ann.membership.mayStart());
});

test('who joins gets a share as soon as nothing is under way in it, and no earlier', async (t) => {
  const { open } = simulateBridges();
  const [ann, bob] = [open(), open()];
  await ann.wholeTurn();
  await bob.wholeTurn();
  t.is(ownedBy(bob), 0);
  await ann.wholeTurn();
  t.is(ownedBy(ann), 128, 'nothing is started in what is handed over');
  await bob.wholeTurn();
  t.is(ownedBy(bob), 0, 'something may be under way there');
  ann.settle();
  await ann.wholeTurn();
  await bob.wholeTurn();
  t.deepEqual([ownedBy(ann), ownedBy(bob)], [128, 128]);
});

test('what one leaves behind another has with its next turn', async (t) => {
  const { open } = simulateBridges();
  const [ann, bob] = [open(), open()];
  await ann.wholeTurn();
  await bob.wholeTurn();
  const left = ann.membership.leave();
  await ann.step('through');
  await ann.step('through');
  await left;
  await bob.wholeTurn();
  t.deepEqual([ownedBy(ann), ownedBy(bob)], [0, PARTITIONS]);
  t.true(bob.membership.leads());
});

test('who was paused past its lease starts nothing, sees that it lost everything, and comes back for its share', async (t) => {
  const { open, pass } = simulateBridges();
  const [ann, bob] = [open(), open()];
  await ann.wholeTurn();
  for (let at = 0; at <= LEASE_MS; at += HEARTBEAT_MS) {
    await bob.wholeTurn();
    pass(HEARTBEAT_MS);
  }
  await bob.wholeTurn();
  t.is(ownedBy(bob), PARTITIONS);
  t.false(ann.membership.mayStart());
  await ann.wholeTurn();
  t.is(ownedBy(ann), 0);
  await bob.wholeTurn();
  bob.settle();
  await bob.wholeTurn();
  await ann.wholeTurn();
  t.deepEqual([ownedBy(ann), ownedBy(bob)], [128, 128]);
});

test('when nobody could renew for long, nobody is buried for it', async (t) => {
  const { open, pass } = simulateBridges();
  const [ann, bob] = [open(), open()];
  await ann.wholeTurn();
  await bob.wholeTurn();
  await ann.wholeTurn();
  ann.settle();
  await ann.wholeTurn();
  await bob.wholeTurn();
  pass(20 * LEASE_MS);
  await ann.wholeTurn();
  await bob.wholeTurn();
  pass(HEARTBEAT_MS);
  await ann.wholeTurn();
  t.deepEqual([ownedBy(ann), ownedBy(bob)], [128, 128]);
});

test('who is started under a name takes the place of the one before at once; that one comes back without it', async (t) => {
  const { open } = simulateBridges();
  const [old, young] = [open('a'), open('a')];
  await old.wholeTurn();
  await young.wholeTurn();
  t.is(ownedBy(young), PARTITIONS);
  await old.wholeTurn();
  t.is(ownedBy(old), 0);
  await young.wholeTurn();
  t.is(ownedBy(young), 128, 'there are two of them');
});

// Goal: whatever happens to instances, the database and the answers on the way, no partition is in two hands: while a
// request may be under way, nobody else starts one there; and once things are calm, all is shared out fairly.
// Method: steps of four instances in any order, each question to the roster and each answer a step of its own.
const commands = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ do: fc.constant('step' as const), who: fc.nat(3), times: fc.nat(14) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), who: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), who: fc.nat(3) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(LEASE_MS) }) },
  ),
  { minLength: 20, maxLength: 120 },
);

testProp(
  'no partition is ever in two hands, and in the end all are shared out',
  [commands],
  async (t, script) => {
    const { open, pass } = simulateBridges();
    const bridges = [open(), open(), open(), open()];
    const sendAll = () => {
      for (const playerId of PLAYERS) {
        for (const bridge of bridges) {
          const elsewhere = bridges.filter((other) => other !== bridge && other.underWay(playerId));
          if (bridge.send(playerId) && elsewhere.length > 0) throw new Error(`${playerId} is in two hands`);
        }
      }
    };
    for (const command of script) {
      const bridge = bridges['who' in command ? command.who : 0];
      if (command.do === 'step') for (let n = 0; n <= command.times; n += 1) await bridge?.step('through');
      else if (command.do === 'lose') await bridge?.step('lost');
      else if (command.do === 'settle') bridge?.settle();
      else pass(command.ms);
      sendAll();
    }
    for (let round = 0; round < 40; round += 1) {
      for (const bridge of bridges) {
        await bridge.wholeTurn();
        bridge.settle();
      }
      pass(HEARTBEAT_MS);
    }
    t.deepEqual(bridges.map(ownedBy), [64, 64, 64, 64]);
    t.is(bridges.filter(({ membership }) => membership.leads()).length, 1);
  },
  { numRuns: 60 },
);

test('a lease that a request could outlive is refused: nothing could ever be sent', (t) => {
  const options = { roster: createMemoryRoster(() => 0), name: undefined, newId: () => 'one', logger: silentLogger };
  const times = { leaseMs: 5_000, requestTimeoutMs: 5_000, monotonic: () => 0 };
  t.throws(() => createMembership({ ...options, ...times }), { message: /5000 ms/ });
  t.notThrows(() => createMembership({ ...options, ...times, leaseMs: 5_001 }));
});
