import { mkdtempSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from 'nats';
import { createCheckpoint, readCheckpoint } from '../../../services/projector/read-models/checkpoint.js';
import { readFact } from '../../../services/projector/read-models/fact.js';
import { project } from '../../../services/projector/read-models/project.js';
import { STREAM_NAME, toBusMessage } from '../../../shared/bus/messages.js';
import { createNatsPublisher } from '../../../shared/bus/nats-publisher.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { cashAccount, payoutsAccount, wagersAccount } from '../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { credit, debit } from '../../../shared/money/postings.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres, type Postgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { createScribe, type Entry } from '../../../shared/testing/scribe.js';
import { type Stack, startStack } from '../../embedded/stack.js';
import { print } from './figures.js';

// What one event takes in each store: the figures that docs/scaling.md multiplies. No goal is set for them.

const HELP = `npx tsx infra/tools/bench/sizes.ts [--players n] [--rounds n] [--out DIR]

--players   (default 200)
--rounds    of each: a bet and a win, of a round and two ids of their own (default 50)
--out       where bench-sizes.json goes (default .out)
`;
const EUR = 'EUR';
const BATCH = 500;
const READ_MODEL_MIGRATIONS = fileURLToPath(new URL('../../../services/projector/migrations', import.meta.url));
const BRIDGE_MIGRATIONS = fileURLToPath(new URL('../../../services/ft-bridge/migrations', import.meta.url));

type Size = { readonly id: string; readonly value: number; readonly unit: string };

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      players: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '50' },
      out: { type: 'string', default: '.out' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP);
  const [players, rounds] = [count('players', values.players), count('rounds', values.rounds)];
  const dataDir = mkdtempSync(join(tmpdir(), 'croupier-sizes-'));
  const stack = await startStack({ dataDir });
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl });
  try {
    await writeRounds(store, players, rounds);
    const events: StoredEvent[] = [];
    for await (const event of store.readAll({ streamPrefixes: ['player-', 'profile-'] })) events.push(event);
    const played = events.filter(({ stream }) => stream.startsWith('player-'));
    const sizes: Size[] = [
      each(
        'event as JSON',
        sum(played.map((event) => JSON.stringify(toBusMessage(event, undefined).body).length)),
        played,
      ),
      each('event store (embedded), disk', statSync(join(dataDir, 'event-store/data/data.mdb')).size, events),
      ...(await postgresSizes(stack, events, played)),
      each('JetStream, disk', await jetStreamBytes(stack, played), played),
    ];
    for (const { id, value, unit } of sizes)
      print(`${id.padEnd(48)}${Math.round(value).toLocaleString('en').padStart(10)} ${unit}`);
    await mkdir(values.out, { recursive: true });
    await writeFile(join(values.out, 'bench-sizes.json'), `${JSON.stringify({ figures: sizes }, undefined, 2)}\n`);
    print(`The sizes were taken of ${events.length.toLocaleString('en')} events of ${players} players.`);
  } finally {
    await store.close();
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function each(id: string, bytes: number, of: readonly unknown[]): Size {
  return { id, value: bytes / of.length, unit: 'bytes an event' };
}

/** The cash goes up and down by the same amount, so that every event has decimals of one length. */
async function writeRounds(store: EventStore, players: number, rounds: number): Promise<void> {
  const scribe = createScribe(store);
  for (let number = 1; number <= players; number += 1) {
    const playerId = String(1_000_000_000 + number) as PlayerId;
    const beginning = playerLife(playerId).slice(0, 2);
    const played = Array.from({ length: rounds }, (_, round) => roundOf(playerId, round));
    await scribe.write([...beginning, ...played.flat()]);
  }
}

function roundOf(playerId: PlayerId, number: number): readonly Entry[] {
  const [stream, cash] = [playerStream(playerId), cashAccount(playerId)];
  // As long as those of real callers: UUIDs.
  const id = (part: string) => `${part}-${playerId}-${String(number).padStart(23, '0')}`;
  const of = { provider: 'mock', gameId: 'slot_abc', currency: EUR, sessionId: id('s'), roundId: id('r') };
  const money = (amount: string, from: string, to: string, left: string) => ({
    postings: [debit(from, amount, EUR), credit(to, amount, EUR)],
    balances: { cash: left, bonus: '0.00', withdrawal: '0.00', currency: EUR },
    answer: { cash: left, bonus: '0.00' },
  });
  const funding = { cash: '10.00', bonus: '0.00', cost: '0.00', userBonusId: null };
  const payout = { cash: '10.00', bonus: '0.00', converted: '0.00', cost: '0.00', userBonusId: null };
  const bet = { transactionId: id('b'), ...of, amount: '10.00', funding, wagering: null };
  const win = {
    transactionId: id('w'),
    referenceTransactionId: id('b'),
    ...of,
    amount: '10.00',
    roundClosed: true,
    payout,
  };
  return [
    { stream, draft: { type: 'BetPlaced', data: { ...bet, ...money('10.00', cash, wagersAccount('mock'), '90.00') } } },
    {
      stream,
      draft: { type: 'WinCredited', data: { ...win, ...money('10.00', payoutsAccount('mock'), cash, '100.00') } },
    },
  ];
}

async function postgresSizes(
  { postgresUrl }: Stack,
  events: readonly StoredEvent[],
  played: readonly StoredEvent[],
): Promise<readonly Size[]> {
  const options = { connectionString: postgresUrl, logger: silentLogger };
  await migrate({ ...options, schema: 'read_model', folder: READ_MODEL_MIGRATIONS });
  await migrate({ ...options, schema: 'bridge', folder: BRIDGE_MIGRATIONS });
  const postgres = createPostgres({ ...options, applicationName: 'sizes', max: 1, statementTimeoutMs: 60_000 });
  try {
    await createCheckpoint(postgres, 'read-models', undefined);
    const beginning = await walAt(postgres);
    const began = performance.now();
    for (let from = 0; from < events.length; from += BATCH) {
      const batch = events.slice(from, from + BATCH);
      const range = { from: await readCheckpoint(postgres, 'read-models'), to: batch.at(-1)?.position ?? 0n };
      await project(postgres, { facts: batch.map(readFact), ...range }, async () => false);
    }
    const rate = (events.length / (performance.now() - began)) * 1_000;
    const written = (await walAt(postgres)) - beginning;
    await takeIn(postgres, played);
    const tables = await postgres.query<{ name: string; bytes: string; rows: string }>(
      `select schemaname || '.' || relname as name, pg_total_relation_size(relid)::text as bytes, n_live_tup::text as rows
         from pg_stat_user_tables where pg_total_relation_size(relid) > 65536 order by 2::bigint desc`,
    );
    const ofReadModels = tables.filter(({ name }) => name.startsWith('read_model.'));
    return [
      each('read models, all tables and indexes', sum(ofReadModels.map(({ bytes }) => Number(bytes))), played),
      ...tables.map(({ name, bytes }) => each(`  ${name}`, Number(bytes), played)),
      each('read models, WAL', written, played),
      { id: 'projecting, one process', value: rate, unit: 'events a second' },
    ];
  } finally {
    await postgres.stop();
  }
}

/** As the bridge does. */
async function takeIn(postgres: Postgres, events: readonly StoredEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const rows = events.slice(from, from + BATCH).map((event) => ({
      player_id: event.stream.slice('player-'.length),
      ...{ revision: event.revision, event_id: event.id, hash: event.metadata.hash, type: event.type },
      ...{ position: String(event.position), event: JSON.parse(toBusMessage(event, undefined).body) as unknown },
      recorded_at: event.metadata.recordedAt,
    }));
    await postgres.query(
      `insert into bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at)
       select player_id, revision, event_id, hash, type, position, event, recorded_at
         from json_populate_recordset(null::bridge.inbox, $1)`,
      [JSON.stringify(rows)],
    );
  }
}

async function walAt(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query<{ at: string }>(`select pg_current_wal_lsn() - '0/0'::pg_lsn as at`);
  return Number(row?.at ?? 0);
}

async function jetStreamBytes({ natsUrl }: Stack, events: readonly StoredEvent[]): Promise<number> {
  const publisher = createNatsPublisher({ url: natsUrl, name: 'sizes', replicas: 1, logger: silentLogger });
  let { sequence } = await publisher.open();
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    await Promise.all(
      batch.map((event, index) => publisher.publish(toBusMessage(event, event.position), sequence + index)),
    );
    sequence += batch.length;
  }
  const connection = await connect({ servers: natsUrl });
  const jsm = await connection.jetstreamManager({ checkAPI: false });
  const { state } = await jsm.streams.info(STREAM_NAME);
  await connection.close();
  await publisher.stop();
  return state.bytes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** @throws Error unless it is a number from 1 on. */
function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a number from 1 on, not ${text}`);
  return value;
}

await main(process.argv.slice(2));
