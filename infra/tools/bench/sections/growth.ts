import { mkdtempSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../../shared/event-store/event-store.js';
import { startStack } from '../../../embedded/stack.js';
import { type CommandProcess, PROVIDER, startCommandProcess } from '../command-process.js';
import { type Figure, plain, print } from '../figures.js';
import { COMPARED_AT, WARM_TIMES } from '../limits.js';
import type { LoadResult } from '../load/load-plan.js';
import { runLoad } from '../load/run-load.js';
import { cpuSecondsOf, memoryOf } from '../process-figures.js';
import { BEGINNING_EVENTS, idOf, type SeededPlayer, seedPlayer, seedPlayers } from '../seeded-player.js';

export type GrowthSizes = {
  /** Players there are when it is measured, ascending. */
  readonly players: readonly number[];
  /** Events stored at the last measurement: the rest is the history of one more player. */
  readonly events: number;
};

/** So many play at a time, however many there are. */
const PLAYING = 500;
/** Players whose first bet since command's start is measured. */
const NEW_MAX = 10_000;
const FIRST_BETS_MAX_S = 60;
const FREE_BYTES_AN_EVENT = 4_000;

type Ground = {
  readonly store: EventStore;
  readonly storePid: number;
  start(): Promise<CommandProcess>;
  readonly seconds: number;
};

/** What a bet costs, and how much memory it takes, as players and stored events become more. */
export async function measureGrowth({ players, events }: GrowthSizes, seconds: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'croupier-bench-'));
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < events * FREE_BYTES_AN_EVENT) {
    throw new Error(`${events} events need ${(events * FREE_BYTES_AN_EVENT) / 1e9} GB free in ${folder}`);
  }
  const stack = await startStack({ only: ['eventStore'], dataDir: join(folder, 'stack') });
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 60_000 });
  let commands = 0;
  const ground: Ground = {
    store,
    storePid: stack.pids().eventStore ?? 0,
    seconds,
    start() {
      commands += 1;
      return startCommandProcess(stack.eventStoreUrl, join(folder, `archive-${commands}`));
    },
  };
  const figures: Figure[] = [];
  const seeded: SeededPlayer[] = [];
  try {
    for (const count of players) {
      print(`  up to ${count} players …`);
      seeded.push(...(await seedPlayers(store, 1 + seeded.length, count - seeded.length)));
      figures.push(...(await measureAt(ground, seeded, `${count}_players`)));
    }
    const more = events - seeded.length * BEGINNING_EVENTS;
    if (more > 0) {
      print(`  up to ${events} events …`);
      await seedPlayer(store, idOf(1 + seeded.length), more);
      figures.push(...(await measureAt(ground, seeded, `${events}_events`)));
    }
    return figures;
  } finally {
    await store.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** First bets of players that this command has not met, spread over all there are; then bets of a few who play on. */
async function measureAt(ground: Ground, players: readonly SeededPlayer[], at: string): Promise<readonly Figure[]> {
  const command = await ground.start();
  const bets = (run: string, of: readonly SeededPlayer[], seconds: number, max?: number) =>
    runLoad({
      ...{ url: command.url, provider: PROVIDER, players: of, run: `${at}-${run}`, seconds },
      ...(max === undefined ? {} : { bets: max }),
      mode: { concurrency: COMPARED_AT },
    });
  const costs = async (load: Promise<LoadResult>) => {
    const before = [cpuSecondsOf(command.pid), cpuSecondsOf(ground.storePid)] as const;
    const { answered, rate } = await load;
    const perBet = (now: number, then: number) => ((now - then) / answered) * 1e6;
    return {
      rate,
      command: perBet(cpuSecondsOf(command.pid), before[0]),
      store: perBet(cpuSecondsOf(ground.storePid), before[1]),
    };
  };
  try {
    // Half are left for the others; every nth, so that they lie apart in the store.
    const step = Math.max(2, Math.ceil(players.length / NEW_MAX));
    const newOnes = players.filter((_, n) => n % step === 1);
    const playing = players.filter((_, n) => n % step === 0).slice(0, PLAYING);
    // What is compiled while it runs is compiled by these.
    await bets('warm', playing, ground.seconds * WARM_TIMES);
    const first = await costs(bets('first', newOnes, FIRST_BETS_MAX_S, newOnes.length));
    const next = await costs(bets('next', playing, ground.seconds));
    return [
      plain(`growth_bets_at_${at}`, next.rate, '/s'),
      plain(`growth_cpu_command_at_${at}`, next.command, 'µs'),
      plain(`growth_cpu_store_at_${at}`, next.store, 'µs'),
      plain(`growth_first_bets_at_${at}`, first.rate, '/s'),
      plain(`growth_first_cpu_command_at_${at}`, first.command, 'µs'),
      plain(`growth_memory_command_at_${at}`, command.memory().total, 'MiB'),
      plain(`growth_memory_store_at_${at}`, memoryOf(ground.storePid).anonymous, 'MiB'),
    ];
  } finally {
    await command.kill();
  }
}
