import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../../shared/event-store/event-store.js';
import { startStack } from '../../../embedded/stack.js';
import { type CommandProcess, startCommandProcess } from '../command-process.js';
import { atMost, type Figure, plain, print, quantile } from '../figures.js';
import { betBody, idOf, type SeededPlayer, seededIds, seedPlayer, seedPlayers } from '../seeded-player.js';

// Two figures of one run: what a very long history costs, and what many players cost in memory.

/** Bets of each player for a median. */
const BETS = 1_000;
/** Players seeded, and touched, at a time. */
const AT_ONCE = 64;
const FIRST_TOUCH_MAX_MS = 50;
const RATIO_MAX = 1.5;
const MEMORY_MAX_MIB = 512;

/** @param transactions of the player with the long history; @param players that are touched for the memory figure */
export async function measureHistory(transactions: number, players: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'croupier-bench-'));
  const stack = await startStack({ only: ['eventStore'] });
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 60_000 });
  const start = (name: string) => startCommandProcess(stack.eventStoreUrl, join(folder, name));
  try {
    return [...(await longHistory(store, start, transactions)), ...(await manyPlayers(store, start, players))];
  } finally {
    await store.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Start = (archive: string) => Promise<CommandProcess>;

async function longHistory(store: EventStore, start: Start, transactions: number): Promise<readonly Figure[]> {
  print(`Seeding a player with ${transactions} transactions …`);
  const long = await seedPlayer(store, idOf(1), transactions);
  const short = await seedPlayer(store, idOf(2), 0);

  print('The first touch without an archive reads the whole history, in the background …');
  const first = await start('long');
  const readMs = await timed(() => untilAnswered(first, betBody(long, 'first', 'first')));
  await first.kill();

  const second = await start('long');
  // Also a process that has just started has its own first request behind it.
  await untilAnswered(second, betBody(short, 'warm', 'warm'));
  const { bet, round } = seededIds(long.playerId, 0);
  const touchMs = await timed(() => expect200(second, betBody(long, bet, round)));

  const [longMs, shortMs]: [number[], number[]] = [[], []];
  for (let n = 0; n < BETS; n += 1) {
    longMs.push(await timed(() => expect200(second, betBody(long, `new-${n}`, `new-${n}`))));
    shortMs.push(await timed(() => expect200(second, betBody(short, `new-${n}`, `new-${n}`))));
    // So that it never runs out of money.
    for (const player of [long, short]) await winBack(second, player, n);
  }
  await second.kill();
  const ratio = quantile(longMs, 0.5) / quantile(shortMs, 0.5);
  return [
    atMost('long_player_first_touch_after_restart', touchMs, 'ms', FIRST_TOUCH_MAX_MS),
    atMost('long_player_bet_p50_over_new_player', ratio, 'ratio', RATIO_MAX),
    plain('new_player_bet_p50', quantile(shortMs, 0.5), 'ms'),
    plain('long_player_read_without_archive', readMs / 1000, 's'),
  ];
}

async function manyPlayers(store: EventStore, start: Start, players: number): Promise<readonly Figure[]> {
  print(`Seeding ${players} players …`);
  const seeded = await seedPlayers(store, 1_000, players);
  print('Touching each with a bet …');
  const command = await start('many');
  const before = command.memory();
  await inParallel(players, async (n) => {
    const player = seeded[n];
    if (player !== undefined) await untilAnswered(command, betBody(player, 't', 'r'));
  });
  const after = command.memory();
  await command.kill();
  return [
    atMost('command_memory_many_players_touched', after.total, 'MiB', MEMORY_MAX_MIB),
    plain('command_memory_anonymous', after.anonymous, 'MiB'),
    plain('command_memory_before', before.total, 'MiB'),
  ];
}

async function inParallel(total: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < total) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function expect200(command: CommandProcess, body: object): Promise<void> {
  const answer = await command.call('bet', body);
  if (answer?.status !== 200) throw new Error(`a bet was answered ${answer?.status}: ${JSON.stringify(answer?.body)}`);
}

/** Asks again while the answer is 503, as a provider does. */
async function untilAnswered(command: CommandProcess, body: object): Promise<void> {
  for (;;) {
    const answer = await command.call('bet', body);
    if (answer?.status === 200) return;
    if (answer !== undefined && answer.status !== 503) throw new Error(`a bet was answered ${answer.status}`);
    await wait(100);
  }
}

async function winBack(command: CommandProcess, player: SeededPlayer, n: number): Promise<void> {
  const body = { ...betBody(player, `won-${n}`, `new-${n}`), reference_transaction_id: `new-${n}` };
  const answer = await command.call('win', body);
  if (answer?.status !== 200) throw new Error(`a win was answered ${answer?.status}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
