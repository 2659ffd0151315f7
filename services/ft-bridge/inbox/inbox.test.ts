import { randomUUID } from 'node:crypto';
import test from 'ava';
import { PARTITIONS, partitionOf } from '../../../shared/bus/messages.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { ownsAll } from '../instances/ownership.js';
import { createPostgresRoster } from '../instances/postgres-roster.js';
import { bridgeDatabase } from '../tests/bridge-database.js';
import { testFencing } from './fencing.contract.js';
import { testInbox } from './inbox.contract.js';
import { createMemoryInbox } from './memory-inbox.js';
import { createPostgresInbox } from './postgres-inbox.js';

const LEASE_MS = 600_000;

testInbox(test, 'memory', async () => {
  const inbox = createMemoryInbox();
  return { ...inbox, askAgain: async (playerId, replay) => inbox.decide(playerId, { replay }) };
});

testInbox(test.serial, 'Postgres', async (t) => {
  const { postgres } = await bridgeDatabase(t);
  await ownerOfAll(postgres);
  return {
    ...createPostgresInbox(postgres, ownsAll),
    async askAgain(playerId, { next, last }) {
      await postgres.query('UPDATE bridge.lanes SET replay_next = $2, replay_last = $3 WHERE player_id = $1', [
        ...[playerId, next, last],
      ]);
    },
  };
});

testFencing(test, 'memory', async () => {
  const epochs = new Map<PlayerId, number>();
  const inbox = createMemoryInbox(({ playerId, fence }) => epochs.get(playerId) === fence);
  let epoch = 0;
  return {
    inbox,
    async takeOver(playerId) {
      epoch += 1;
      epochs.set(playerId, epoch);
      return epoch;
    },
    free: async (playerId) => void epochs.delete(playerId),
  };
});

testFencing(test.serial, 'Postgres', async (t) => {
  const { postgres } = await bridgeDatabase(t);
  const { roster, id } = await ownerOfAll(postgres);
  const free = (playerId: PlayerId) => roster.release(id, [partitionOf(playerId)]);
  return {
    ...{ inbox: createPostgresInbox(postgres, ownsAll), free },
    async takeOver(playerId) {
      // By the same instance: it is the epoch that counts.
      await free(playerId);
      const epoch = (await roster.take(id, 1)).get(partitionOf(playerId));
      if (epoch === undefined) throw new Error('what is free is taken');
      return epoch;
    },
  };
});

async function ownerOfAll(postgres: Postgres) {
  const roster = createPostgresRoster(postgres);
  const id = randomUUID();
  await roster.join({ id, name: undefined, leaseMs: LEASE_MS });
  await roster.take(id, PARTITIONS);
  return { roster, id };
}
