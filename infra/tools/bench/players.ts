import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { startStack } from '../../embedded/stack.js';
import { type CommandProcess, startCommandProcess } from './command-process.js';
import { atMost, count, type Figure, print, runBench } from './figures.js';
import { betBody, type SeededPlayer, seededIds, seedPlayer } from './seeded-player.js';

// Two figures of one run: what a very long history costs, and what many players cost in memory.

const HELP = `npx tsx infra/tools/bench/players.ts [--transactions n] [--players n] [--out DIR]

--transactions   of the player with the long history (default 1000000)
--players        that are touched for the memory figure (default 100000)
--out            where bench-players.json goes (default .out)
`;

/** Bets of each player for a median. */
const BETS = 1_000;
/** Players seeded, and touched, at a time. */
const AT_ONCE = 64;
const FIRST_TOUCH_MAX_MS = 50;
const RATIO_MAX = 1.5;
const MEMORY_MAX_MIB = 512;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      transactions: { type: 'string', default: '1000000' },
      players: { type: 'string', default: '100000' },
      out: { type: 'string', default: '.out' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP);
  const [transactions, players] = [count('transactions', values.transactions), count('players', values.players)];
  const folder = mkdtempSync(join(tmpdir(), 'croupier-bench-'));
  const stack = await startStack({ only: ['eventStore'] });
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 60_000 });
  const start = (name: string) => startCommandProcess(stack.eventStoreUrl, join(folder, name));
  try {
    const figures = [...show(await longHistory(store, start, transactions))];
    figures.push(...show(await manyPlayers(store, start, players)));
    await mkdir(values.out, { recursive: true });
    await writeFile(join(values.out, 'bench-players.json'), `${JSON.stringify({ figures }, null, 2)}\n`);
    const missed = figures.filter(({ ok }) => !ok).length;
    print(`${figures.length - missed} of ${figures.length} figures are within their goals.`);
  } finally {
    await store.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function show(figures: readonly Figure[]): readonly Figure[] {
  for (const { id, value, unit, goal, ok } of figures)
    print(`${ok ? 'ok  ' : 'over'} ${id.padEnd(44)} ${value.toFixed(2).padStart(10)} ${unit.padEnd(6)} goal ${goal}`);
  return figures;
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
  const { bet, round } = seededIds(0);
  const touchMs = await timed(() => expect200(second, betBody(long, bet, round)));

  const [longMs, shortMs]: [number[], number[]] = [[], []];
  for (let n = 0; n < BETS; n += 1) {
    longMs.push(await timed(() => expect200(second, betBody(long, `new-${n}`, `new-${n}`))));
    shortMs.push(await timed(() => expect200(second, betBody(short, `new-${n}`, `new-${n}`))));
    // So that it never runs out of money.
    for (const player of [long, short]) await winBack(second, player, n);
  }
  await second.kill();
  const ratio = median(longMs) / median(shortMs);
  return [
    atMost('long_player_first_touch_after_restart', touchMs, 'ms', FIRST_TOUCH_MAX_MS),
    atMost('long_player_bet_p50_over_new_player', ratio, 'ratio', RATIO_MAX),
    { id: 'new_player_bet_p50', value: median(shortMs), unit: 'ms', goal: '-', ok: true },
    { id: 'long_player_read_without_archive', value: readMs / 1000, unit: 's', goal: '-', ok: true },
  ];
}

async function manyPlayers(store: EventStore, start: Start, players: number): Promise<readonly Figure[]> {
  print(`Seeding ${players} players …`);
  const seeded: SeededPlayer[] = [];
  await inParallel(players, async (n) => {
    seeded[n] = await seedPlayer(store, idOf(1_000 + n), 0);
  });
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
    { id: 'command_memory_anonymous', value: after.anonymous, unit: 'MiB', goal: '-', ok: true },
    { id: 'command_memory_before', value: before.total, unit: 'MiB', goal: '-', ok: true },
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

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function idOf(n: number): PlayerId {
  const playerId = parsePlayerId(String(n));
  if (playerId === undefined) throw new Error(`${n} is no player id`);
  return playerId;
}

runBench(main);
