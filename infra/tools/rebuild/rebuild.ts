import { setTimeout as sleep } from 'node:timers/promises';
import { createCheckpoint, readCheckpoint } from '../../../services/projector/read-models/checkpoint.js';
import { type Committed, follow } from '../../../services/projector/read-models/follow.js';
import { type EventStore, StoreUnavailable } from '../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../shared/ids/streams.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import { migrationsIn, migrationsOf } from '../../../shared/postgres/known-migrations.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import { MIGRATIONS } from './next-tables.js';
import { databaseOfNext, hasSchema, LIVE, NEXT, PREVIOUS } from './schemas.js';
import { NotNow, switchOver } from './switch.js';

/** The live read models are as they were; the message says why. */
export class RebuildFailed extends Error {
  override readonly name = 'RebuildFailed';
}

export type RebuildOptions = {
  readonly store: EventStore;
  readonly postgres: Postgres;
  readonly makeNextTables: () => Promise<void>;
  readonly onProgress: (progress: { readonly position: bigint; readonly end: bigint; readonly events: number }) => void;
  readonly signal: AbortSignal;
  readonly timing?: Partial<RebuildTiming>;
};

export type RebuildTiming = {
  readonly retryEveryMs: number;
  /** A server that is away longer ends the rebuild. */
  readonly patienceMs: number;
  readonly switchEveryMs: number;
  /** A reader who is in the way longer (an audit, say) ends the rebuild. */
  readonly switchWithinMs: number;
};

export type Rebuilt = {
  readonly events: number;
  /** Transaction ids at two players, all that there ever were. */
  readonly alarms: number;
};

const TIMING: RebuildTiming = {
  retryEveryMs: 1_000,
  patienceMs: 120_000,
  switchEveryMs: 1_000,
  switchWithinMs: 600_000,
};

/**
 * Builds the read models from the first event on beside the live ones, which the projector goes on writing and everybody
 * reading, and then puts them in their place. It publishes nothing. Before the switch the live ones are not touched.
 * @throws RebuildFailed
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { postgres, makeNextTables, signal } = options;
  await checkGround(postgres);
  await dropNext(postgres);
  await makeNextTables();
  const done = new AbortController();
  const builder = build(options, AbortSignal.any([signal, done.signal]));
  try {
    await Promise.race([builder.level, builder.ended]);
    signal.throwIfAborted();
    await gatherStatistics(postgres);
    await switchSoon(options, builder);
    return builder.counts();
  } catch (error) {
    throw signal.aborted ? new RebuildFailed('it was interrupted') : error;
  } finally {
    done.abort();
    await builder.ended.catch(() => undefined);
    await dropNext(postgres).catch(() => undefined);
  }
}

async function checkGround(postgres: Postgres): Promise<void> {
  if (!(await hasSchema(postgres, LIVE))) throw new RebuildFailed('there are no read models: start the projector');
  if (await hasSchema(postgres, PREVIOUS)) {
    throw new RebuildFailed(
      `the models from before the last rebuild are still there, in ${PREVIOUS}: drop them (--drop)`,
    );
  }
  const [live, ours] = await Promise.all([migrationsOf(postgres, LIVE), migrationsIn(MIGRATIONS)]);
  if (live.join() !== ours.join()) {
    throw new RebuildFailed(
      `the live read models are of another version (${live.at(-1)}, and this one has ${ours.at(-1)}): bring the projector to this version first`,
    );
  }
}

/** Of a rebuild that was cut off: it may have been of another version, so nothing of it is used. */
export async function dropNext(postgres: Postgres): Promise<void> {
  await postgres.query(`drop schema if exists ${NEXT} cascade`);
}

type Builder = {
  /** Resolves once the next models were, for a moment, as far as the live ones. */
  readonly level: Promise<void>;
  /** Resolves when told to stop. @throws whatever ends it before */
  readonly ended: Promise<undefined>;
  /** What ended it before. */
  fault(): unknown;
  counts(): Rebuilt;
};

/** The projector's own loop on the next models; a server that is away for a moment does not cost the hours before. */
function build(options: RebuildOptions, signal: AbortSignal): Builder {
  const { store, postgres, onProgress } = options;
  const timing = { ...TIMING, ...options.timing };
  const next = databaseOfNext(postgres);
  let events = 0;
  let alarms = 0;
  let end = 0n;
  let fineAt = performance.now();
  let reachLevel: () => void = () => undefined;
  const level = new Promise<void>((resolve) => {
    reachLevel = resolve;
  });

  function onCommitted(committed: Committed): void {
    fineAt = performance.now();
    events += committed.events.length;
    alarms += committed.alarms;
    if (committed.position > end) end = committed.position;
    onProgress({ position: committed.position, end, events });
    void checkLevel(committed.position);
  }

  async function checkLevel(position: bigint): Promise<void> {
    const live = await readCheckpoint(postgres, 'read-models').catch(() => undefined);
    if (live !== undefined && position >= live) reachLevel();
  }

  async function followOnce(): Promise<void> {
    await createCheckpoint(next, 'read-models', undefined);
    const after = await readCheckpoint(next, 'read-models');
    end = await endOf(store);
    if ((await readCheckpoint(postgres, 'read-models')) === undefined) reachLevel();
    await follow({ store, postgres: next, after, signal, onCommitted });
  }

  async function run(): Promise<undefined> {
    while (!signal.aborted) {
      try {
        await followOnce();
      } catch (error) {
        if (signal.aborted) break;
        if (!isPassing(error) || performance.now() - fineAt > timing.patienceMs) throw error;
        await sleep(timing.retryEveryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  const ended = run();
  let fault: unknown;
  // Whoever waits for it hears of it; until then it is nobody's.
  ended.catch((error: unknown) => {
    fault = error;
  });
  return { level, ended, fault: () => fault, counts: () => ({ events, alarms }) };
}

async function endOf(store: EventStore): Promise<bigint> {
  const streamPrefixes = [PLAYER_STREAMS, PROFILE_STREAMS];
  for await (const { position } of store.readAll({ direction: 'backwards', maxCount: 1, streamPrefixes })) {
    return position;
  }
  return 0n;
}

/** Tables that were filled a moment ago have no statistics, and query would be answered by the wrong plans. */
async function gatherStatistics(postgres: Postgres): Promise<void> {
  const tables = await postgres.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1`,
    [NEXT],
  );
  for (const { name } of tables) await postgres.query(`analyze ${name}`);
}

async function switchSoon(options: RebuildOptions, builder: Builder): Promise<void> {
  const { postgres, store, signal } = options;
  const timing = { ...TIMING, ...options.timing };
  const deadline = performance.now() + timing.switchWithinMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await switchOver(postgres, store);
    } catch (error) {
      // The answer to the commit was lost: there were none of these when we began.
      if (await hasSchema(postgres, PREVIOUS).catch(() => false)) return;
      if (builder.fault() !== undefined) throw builder.fault();
      if (!(error instanceof NotNow) && !isPassing(error)) throw error;
      if (performance.now() > deadline) throw new RebuildFailed(`it found no moment to switch: ${error.message}`);
      await sleep(timing.switchEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

function isPassing(error: unknown): error is Error {
  return error instanceof StoreUnavailable || error instanceof PostgresUnavailable;
}
