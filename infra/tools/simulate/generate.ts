import { draws } from './draw-commands.js';
import { otherwise } from './draw-otherwise.js';
import { type Draw, newMemory, recent, sent } from './memory.js';
import { createRng, type Rng } from './rng.js';
import type { Action, Command, Fault, InstanceOptions, Script, Step } from './script.js';
import { CURRENCIES } from './sim-catalogue.js';

// What happens in a script is drawn without a look at what comes of it, so that any step can be left out later. What
// callers remember of their own requests is enough for retries, conflicts and late settlements to happen all the time.

const START = Date.parse('2026-01-02T12:00:00.000Z');

/** Few players, so that their requests meet. */
const PLAYER_IDS = ['101', '102', '103', '104'];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const KINDS = [
  ['bet', 30],
  ['win', 6],
  ['rollback', 6],
  ['play', 10],
  ['balance', 3],
  ['start_session', 14],
  ['end_session', 1],
  ['deposit', 8],
  ['report', 4],
  ['withdraw', 4],
  ['approve', 1],
  ['stop', 1],
  ['credit_bonus', 8],
  ['end_bonus', 1],
  ['block', 1],
  ['lift', 3],
  ['limit', 2],
  ['log_in', 1],
  ['log_out', 0.5],
  ['password', 0.5],
  ['consents', 1],
  ['details', 1],
  ['register', 2],
  ['forget', 1],
  ['finish_erasure', 0.3],
] as const satisfies readonly (readonly [Command['type'], number])[];

/** Without these next to nothing else is accepted. */
const NEEDED: ReadonlySet<Command['type']> = new Set(['deposit', 'start_session', 'register']);

export function generate(seed: number, steps: number): Script {
  const rng = createRng(seed);
  const weights = KINDS.map(([kind, weight]) => ({
    kind,
    weight: weight * Math.max(weightFactor(rng), NEEDED.has(kind) ? 1 : 0),
  }));
  const crashes = rng.pick([0, 3, 12]);
  const faults = rng.pick([0, 5, 20]);
  const tempo = rng.pick([1, 1, 60, 100, 150]);
  const hurried = rng.pick([0, 20, 60]);
  const instances = [instanceOptions(rng), instanceOptions(rng)] as const;
  const memories = PLAYER_IDS.map((_, index) =>
    newMemory(CURRENCIES[index % CURRENCIES.length] ?? 'EUR', rng.percent(30)),
  );
  const made: Step[] = [];
  let at = START;

  for (const [player, { currency }] of memories.entries()) {
    // The last one comes later, if at all.
    if (player === PLAYER_IDS.length - 1) break;
    push({ kind: 'deliver', player, instance: 0, command: { type: 'register', currency }, fault: null });
  }
  while (made.length < steps) {
    at += passes(rng, tempo);
    if (rng.below(1_000) < crashes) push(crash(rng));
    else if (rng.below(1_000) < 2) push({ kind: 'look_afresh', player: rng.below(PLAYER_IDS.length) });
    else {
      const player = rng.below(PLAYER_IDS.length);
      const memory = memories[player];
      if (memory === undefined) throw new Error(`no player ${player}`);
      const command = next({ rng, memory, step: made.length, at }, weights);
      const fault = rng.percent(isErasing(command) ? faults * 4 : faults) ? drawFault(rng, command) : null;
      push({ kind: 'deliver', player, instance: rng.percent(70) ? 0 : 1, command, fault });
    }
  }
  return { playerIds: PLAYER_IDS, instances, steps: made.slice(0, steps) };

  function push(action: Action): void {
    made.push({ at, action, operations: rng.percent(hurried) ? rng.below(3) : null, order: rng.below(1 << 30) });
  }
}

/** Each seed has its own mixture: what is rare in one is frequent in another, or missing. */
function weightFactor(rng: Rng): number {
  return rng.pick([0, 1, 1, 1, 2, 4]);
}

/**
 * How often a player is saved and how much is cached: windows so small that nearly every look-up goes to the archive,
 * and ordinary ones. What is never cached is saved often, or each request would read the whole history.
 */
const WINDOWS = [
  { saveEvents: 2, cachedRecordsMax: 1 },
  { saveEvents: 3, cachedRecordsMax: 40 },
  { saveEvents: 2, cachedRecordsMax: 100_000 },
  { saveEvents: 5, cachedRecordsMax: 100_000 },
  { saveEvents: 20, cachedRecordsMax: 100_000 },
  { saveEvents: 500, cachedRecordsMax: 100_000 },
] as const;

function instanceOptions(rng: Rng): InstanceOptions {
  return { ...rng.pick(WINDOWS), skewMs: rng.pick([0, 0, 250, -1_500]) };
}

/** Mostly seconds (or, at another tempo, minutes); sessions idle, time-outs end and bonuses expire now and then. */
function passes(rng: Rng, tempo: number): number {
  const dice = rng.below(1_000);
  if (dice < 3) return rng.below(9) * DAY;
  if (dice < 20) return rng.below(40) * MINUTE;
  return rng.below(3 * SECOND) * tempo;
}

function crash(rng: Rng): Action {
  const archive = rng.pick([
    ...(['kept', 'kept', 'deleted', 'of_an_old_version', 'of_another_history', 'restored_from_earlier'] as const),
  ]);
  return { kind: 'crash', instance: rng.percent(70) ? 0 : 1, writesUnderWay: rng.pick(['stored', 'lost']), archive };
}

function isErasing({ type }: Command): boolean {
  return type === 'forget' || type === 'finish_erasure';
}

function drawFault(rng: Rng, command: Command): Fault {
  if (isErasing(command) && rng.percent(50))
    return { kind: rng.pick(['delete_done_without_answer', 'delete_lost_without_answer']) };
  return rng.pick([
    { kind: 'append_stored_without_answer' },
    { kind: 'append_lost_without_answer' },
    { kind: 'append_late_without_answer' },
    { kind: 'read_breaks', afterEvents: rng.below(4) },
    { kind: 'read_is_slow' },
    { kind: 'save_fails' },
  ]);
}

/** Something that follows, something again, or something new. */
function next(draw: Draw, weights: readonly { readonly kind: Command['type']; readonly weight: number }[]): Command {
  const { rng, memory, step } = draw;
  const due = memory.later.findIndex((each) => each.step <= step);
  const [followUp] = due < 0 ? [] : memory.later.splice(due, 1);
  if (followUp !== undefined) return sent(memory, followUp.command);
  if (memory.sent.length > 0 && rng.percent(22)) {
    const again = recent(rng, memory.sent);
    if (again !== undefined) return rng.percent(60) ? again : otherwise(rng, memory, again);
  }
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  let dice = rng.below(Math.ceil(total));
  for (const { kind, weight } of weights) {
    dice -= weight;
    if (dice < 0) return sent(memory, draws[kind](draw));
  }
  return sent(memory, draws.start_session(draw));
}
