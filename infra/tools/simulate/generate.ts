import { decimalsOf, write } from './minor-units.js';
import { createRng, type Rng } from './rng.js';
import type { Action, Command, CommandOf, Fault, InstanceOptions, Script, Step } from './script.js';
import { CURRENCIES, GAMES, TEMPLATES } from './sim-catalogue.js';

// What happens in a script is drawn without a look at what comes of it, so that any step can be left out later. What
// callers remember of their own requests is enough for retries, conflicts and late settlements to happen all the time.

const START = Date.parse('2026-01-02T12:00:00.000Z');

/** Few players, so that their requests meet. */
const PLAYER_IDS = ['101', '102', '103', '104'];
const PROVIDERS = ['mock', 'acme'] as const;
const PSPS = ['fake', 'bank'] as const;

/** In smallest units: some that split badly, some that empty an account. */
const STAKES = [1, 3, 7, 33, 100, 250, 500, 777, 2_000, 10_000] as const;
const WINS = [0, 0, 1, 10, 99, 333, 1_000, 1_999, 5_000, 40_000] as const;
const PAYMENTS = [100, 999, 5_000, 10_000, 25_000, 100_000] as const;
const BONUSES = [100, 101, 333, 1_000, 4_999, 10_000, 99, 10_001] as const;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** What somebody at a player's side remembers of having asked. */
type Memory = {
  readonly currency: string;
  count: number;
  readonly bets: CommandOf<'bet' | 'play'>[];
  readonly settled: CommandOf<'win' | 'rollback'>[];
  readonly sessions: CommandOf<'start_session'>[];
  readonly deposits: CommandOf<'deposit'>[];
  readonly withdrawals: CommandOf<'withdraw'>[];
  readonly bonuses: CommandOf<'credit_bonus'>[];
  readonly logins: string[];
  readonly sent: Command[];
  /** What follows from something that was sent, and at which step. */
  readonly later: { readonly step: number; readonly command: Command }[];
};

type Draw = { readonly rng: Rng; readonly memory: Memory; readonly step: number; readonly at: number };

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
  ['log_in', 1],
  ['log_out', 0.5],
  ['consents', 1],
  ['details', 1],
  ['register', 2],
] as const satisfies readonly (readonly [Command['type'], number])[];

/** Without these next to nothing else is accepted. */
const NEEDED: ReadonlySet<Command['type']> = new Set(['deposit', 'start_session', 'register']);

export function generate(seed: number, steps: number): Script {
  const rng = createRng(seed);
  const weights = KINDS.map(([kind, weight]) => ({
    kind,
    weight: weight * Math.max(weightFactor(rng), NEEDED.has(kind) ? 1 : 0),
  }));
  const crashes = rng.pick([0, 2, 8]);
  const faults = rng.pick([0, 5, 20]);
  const hurried = rng.pick([0, 20, 60]);
  const instances = [instanceOptions(rng), instanceOptions(rng)] as const;
  const memories = PLAYER_IDS.map((_, index) => newMemory(CURRENCIES[index % CURRENCIES.length] ?? 'EUR'));
  const made: Step[] = [];
  let at = START;

  for (const [player, { currency }] of memories.entries()) {
    // The last one comes later, if at all.
    if (player === PLAYER_IDS.length - 1) break;
    push({ kind: 'deliver', player, instance: 0, command: { type: 'register', currency }, fault: null });
  }
  while (made.length < steps) {
    at += passes(rng);
    if (rng.below(1_000) < crashes) push(crash(rng));
    else if (rng.below(1_000) < 2) push({ kind: 'look_afresh', player: rng.below(PLAYER_IDS.length) });
    else {
      const player = rng.below(PLAYER_IDS.length);
      const memory = memories[player];
      if (memory === undefined) throw new Error(`no player ${player}`);
      const command = next({ rng, memory, step: made.length, at }, weights);
      const fault = rng.percent(faults) ? drawFault(rng) : null;
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

function newMemory(currency: string): Memory {
  return {
    ...{ currency, count: 0, bets: [], settled: [], sessions: [], deposits: [], withdrawals: [] },
    ...{ bonuses: [], logins: [], sent: [], later: [] },
  };
}

/** Mostly seconds; sessions idle, time-outs end and bonuses expire now and then. */
function passes(rng: Rng): number {
  const dice = rng.below(1_000);
  if (dice < 3) return rng.below(9) * DAY;
  if (dice < 20) return rng.below(40) * MINUTE;
  return rng.below(3 * SECOND);
}

function crash(rng: Rng): Action {
  const archive = rng.pick([
    ...(['kept', 'kept', 'deleted', 'of_an_old_version', 'of_another_history', 'restored_from_earlier'] as const),
  ]);
  return { kind: 'crash', instance: rng.percent(70) ? 0 : 1, appendsUnderWay: rng.pick(['stored', 'lost']), archive };
}

function drawFault(rng: Rng): Fault {
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
  if (memory.sent.length > 0 && rng.percent(15)) {
    const again = recent(rng, memory.sent);
    if (again !== undefined) return rng.percent(70) ? again : otherwise(rng, memory, again);
  }
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  let dice = rng.below(Math.ceil(total));
  for (const { kind, weight } of weights) {
    dice -= weight;
    if (dice < 0) return sent(memory, draws[kind](draw));
  }
  return sent(memory, draws.start_session(draw));
}

/** Kept to be sent again: by a caller who got no answer, or twice by the network. */
function sent(memory: Memory, command: Command): Command {
  memory.sent.push(command);
  return command;
}

const draws: { readonly [T in Command['type']]: (draw: Draw) => Command } = {
  register: ({ memory }) => ({ type: 'register', currency: memory.currency }),
  log_in: ({ memory }) => {
    const loginId = name(memory, 'l');
    memory.logins.push(loginId);
    return { type: 'log_in', loginId, otherLoginId: `${loginId}-again` };
  },
  log_out: ({ rng, memory }) => ({ type: 'log_out', loginId: recent(rng, memory.logins) ?? 'l0' }),
  consents: ({ rng }) => ({ type: 'consents', email: rng.percent(50) }),
  details: ({ memory }) => ({ type: 'details', profileRevision: memory.count }),
  block: ({ rng, memory, step, at }) => {
    const reason = rng.pick(['self_exclusion', 'timeout', 'timeout', 'fraud', 'operator'] as const);
    // Most are lifted soon, or nothing else would happen any more.
    if (rng.percent(80)) follow(memory, step + 2 + rng.below(20), { type: 'lift', reason });
    const endless = reason !== 'timeout' && rng.percent(50);
    const until = new Date(at + rng.pick([MINUTE, 10 * MINUTE, DAY])).toISOString();
    return { type: 'block', reason, until: endless ? null : until };
  },
  lift: ({ rng }) => ({ type: 'lift', reason: rng.pick(['self_exclusion', 'timeout', 'fraud', 'operator'] as const) }),
  deposit: ({ rng, memory, step }) => {
    const command = { type: 'deposit', ...newPayment(rng, memory, 'd') } as const;
    memory.deposits.push(command);
    const outcome = rng.percent(80) ? 'completed' : 'failed';
    reportLater(rng, memory, step, command, outcome);
    if (rng.percent(20)) reportLater(rng, memory, step + 5, command, rng.pick(['reversed', 'completed', 'failed']));
    return command;
  },
  withdraw: ({ rng, memory, step }) => {
    const command = { type: 'withdraw', ...newPayment(rng, memory, 'w') } as const;
    memory.withdrawals.push(command);
    const to = rng.pick(['approved', 'approved', 'approved', 'cancelled', 'rejected'] as const);
    const ruling: Command =
      to === 'approved' ? { type: 'approve', name: command.name } : { type: 'stop', name: command.name, to };
    follow(memory, step + rng.below(12), ruling);
    reportLater(rng, memory, step + 8, command, rng.pick(['completed', 'completed', 'failed']));
    if (rng.percent(20)) reportLater(rng, memory, step + 16, command, 'reversed');
    return command;
  },
  approve: ({ rng, memory }) => ({ type: 'approve', name: anyPayment(rng, memory).name }),
  stop: ({ rng, memory }) => ({
    ...{ type: 'stop', name: anyPayment(rng, memory).name, to: rng.pick(['cancelled', 'rejected']) },
  }),
  report: ({ rng, memory }) => {
    const { name: paymentName, psp } = anyPayment(rng, memory);
    const status = rng.pick(['completed', 'failed', 'reversed'] as const);
    return { type: 'report', name: paymentName, psp: rng.percent(95) ? psp : rng.pick(PSPS), status };
  },
  start_session: ({ rng, memory }) => {
    const { gameId, provider } = rng.pick(GAMES);
    const own = { type: 'start_session', sessionId: name(memory, 's'), gameId, provider } as const;
    const command = rng.percent(95) ? own : { ...own, provider: rng.pick(PROVIDERS) };
    memory.sessions.push(command);
    return command;
  },
  end_session: ({ rng, memory }) => ({
    type: 'end_session',
    sessionId: recent(rng, memory.sessions)?.sessionId ?? 's0',
  }),
  balance: ({ rng, memory }) => {
    const session = recent(rng, memory.sessions);
    const provider = rng.percent(90) ? (session?.provider ?? 'mock') : rng.pick(PROVIDERS);
    return { type: 'balance', sessionId: session?.sessionId ?? 's0', provider };
  },
  bet: ({ rng, memory, step }) => {
    const command: CommandOf<'bet'> = {
      ...{ type: 'bet', transactionId: transactionName(rng, memory), ...round(rng, memory) },
      amount: amountIn(memory, rng.pick(STAKES)),
    };
    memory.bets.push(command);
    if (rng.percent(50)) {
      const win = winOf(rng, memory, command);
      const at = step + rng.below(10);
      follow(memory, at, win);
      if (rng.percent(15)) follow(memory, at + rng.below(10), rollbackOf(rng, memory, win));
    }
    if (rng.percent(20)) {
      const rollback = rollbackOf(rng, memory, command);
      // Now and then the rollback overtakes its bet.
      if (rng.percent(20)) {
        follow(memory, step + 1, command);
        return rollback;
      }
      follow(memory, step + rng.below(10), rollback);
    }
    return command;
  },
  win: ({ rng, memory }) => winOf(rng, memory, recent(rng, memory.bets)),
  rollback: ({ rng, memory }) =>
    rollbackOf(rng, memory, rng.percent(70) ? recent(rng, memory.bets) : recent(rng, memory.settled)),
  play: ({ rng, memory }) => {
    const bet = { transactionId: transactionName(rng, memory), amount: amountIn(memory, rng.pick(STAKES)) };
    const win = { transactionId: name(memory, 't'), amount: amountIn(memory, rng.pick(WINS)) };
    const command = { type: 'play', ...round(rng, memory), roundClosed: rng.percent(50), bet, win } as const;
    memory.bets.push(command);
    return command;
  },
  credit_bonus: ({ rng, memory }) => {
    const bonusId = rng.percent(98) ? (TEMPLATES[rng.below(TEMPLATES.length)]?.bonusId ?? 'gift') : 'unheard_of';
    const amount = amountIn(memory, rng.pick(BONUSES));
    const command = { type: 'credit_bonus', userBonusId: name(memory, 'b'), bonusId, amount } as const;
    memory.bonuses.push(command);
    return command;
  },
  end_bonus: ({ rng, memory }) => ({
    type: 'end_bonus',
    userBonusId: recent(rng, memory.bonuses)?.userBonusId ?? 'b0',
    reason: rng.pick(['operator', 'player']),
  }),
};

function winOf(rng: Rng, memory: Memory, bet: CommandOf<'bet' | 'play'> | undefined): CommandOf<'win'> {
  const { provider, sessionId, gameId, roundId, currency } = bet ?? round(rng, memory);
  const command: CommandOf<'win'> = {
    ...{ type: 'win', transactionId: name(memory, 't'), referenceTransactionId: betIdOf(bet) },
    ...{ provider, sessionId, gameId, currency, roundClosed: rng.percent(50) },
    roundId: rng.percent(95) ? roundId : 'r0',
    amount: amountIn(memory, rng.pick(WINS)),
  };
  memory.settled.push(command);
  return command;
}

function rollbackOf(
  rng: Rng,
  memory: Memory,
  of: CommandOf<'bet' | 'play' | 'win' | 'rollback'> | undefined,
): CommandOf<'rollback'> {
  const reference =
    of?.type === 'play' && rng.percent(50) ? of.win.transactionId : of === undefined ? name(memory, 't') : idOf(of);
  const command: CommandOf<'rollback'> = {
    type: 'rollback',
    provider: of?.provider ?? rng.pick(PROVIDERS),
    transactionId: rng.percent(97) ? name(memory, 't') : reference,
    referenceTransactionId: reference,
    roundId: rng.percent(95) ? (of?.roundId ?? 'r0') : 'r0',
  };
  memory.settled.push(command);
  return command;
}

/** The same id with something else in it. */
function otherwise(rng: Rng, memory: Memory, command: Command): Command {
  switch (command.type) {
    case 'bet':
    case 'win':
      return rng.pick([
        { ...command, amount: amountIn(memory, 4_321) },
        { ...command, roundId: `${command.roundId}-other` },
        { ...command, gameId: 'cards' },
        // Neither is compared.
        { ...command, sessionId: recent(rng, memory.sessions)?.sessionId ?? 's0' },
        command.type === 'win' ? { ...command, roundClosed: !command.roundClosed } : command,
        command.type === 'win' ? { ...command, referenceTransactionId: betIdOf(recent(rng, memory.bets)) } : command,
        { ...command, provider: command.provider === 'mock' ? 'acme' : 'mock' },
        { ...command, currency: command.currency === 'EUR' ? 'USD' : command.currency },
      ]);
    case 'play':
      return rng.pick([
        { ...command, win: { ...command.win, amount: amountIn(memory, 4_321) } },
        { ...command, bet: { ...command.bet, amount: amountIn(memory, 4_321) } },
        { ...command, win: { ...command.win, transactionId: name(memory, 't') } },
        { ...command, bet: { ...command.bet, transactionId: name(memory, 't') } },
        { ...command, roundId: `${command.roundId}-other` },
        { ...command, gameId: 'cards' },
        betOf(command),
      ]);
    case 'rollback':
      return rng.pick([
        { ...command, transactionId: name(memory, 't') },
        { ...command, referenceTransactionId: betIdOf(recent(rng, memory.bets)) },
        { ...command, roundId: `${command.roundId}-other` },
      ]);
    case 'deposit':
    case 'withdraw':
      return rng.pick([
        { ...command, amount: amountIn(memory, 4_321) },
        { ...command, psp: rng.pick(PSPS) },
        { ...command, type: command.type === 'deposit' ? 'withdraw' : 'deposit' },
      ]);
    case 'start_session':
      return { ...command, gameId: 'table' };
    case 'credit_bonus':
      return rng.pick([
        { ...command, amount: amountIn(memory, 4_321) },
        { ...command, bonusId: 'gift' },
      ]);
    case 'block':
      return { ...command, until: null };
    default:
      return command;
  }
}

/** The bet of a play, by itself: another kind under the same id. */
function betOf({ bet, win: _, roundClosed: __, ...round }: CommandOf<'play'>): CommandOf<'bet'> {
  return { ...round, type: 'bet', ...bet };
}

function betIdOf(bet: CommandOf<'bet' | 'play'> | undefined): string {
  return bet === undefined ? 't0' : idOf(bet);
}

function idOf(command: CommandOf<'bet' | 'play' | 'win' | 'rollback'>): string {
  return command.type === 'play' ? command.bet.transactionId : command.transactionId;
}

function round(rng: Rng, memory: Memory) {
  const session = memory.sessions[memory.sessions.length - 1 - (rng.percent(80) ? 0 : rng.below(4))];
  const provider = rng.percent(98) ? (session?.provider ?? 'mock') : rng.pick(PROVIDERS);
  return {
    provider,
    sessionId: session?.sessionId ?? 's0',
    gameId: rng.percent(70) ? (session?.gameId ?? 'slot') : rng.pick(['slot', 'table', 'fruit', 'cards', 'unheard_of']),
    roundId: `r${Math.floor(memory.count / 6)}`,
    currency: rng.percent(98) || memory.currency !== 'EUR' ? memory.currency : 'USD',
  };
}

/** Nearly always new; else one that somebody has used. */
function transactionName(rng: Rng, memory: Memory): string {
  const used = rng.percent(4) ? recent(rng, [...memory.bets, ...memory.settled]) : undefined;
  return used === undefined ? name(memory, 't') : idOf(used);
}

function newPayment(rng: Rng, memory: Memory, letter: string) {
  const { currency } = memory;
  return { name: name(memory, letter), psp: rng.pick(PSPS), amount: amountIn(memory, rng.pick(PAYMENTS)), currency };
}

function anyPayment(rng: Rng, memory: Memory): { readonly name: string; readonly psp: string } {
  const payment = rng.percent(50) ? recent(rng, memory.deposits) : recent(rng, memory.withdrawals);
  return payment ?? { name: 'd0', psp: 'fake' };
}

function reportLater(
  rng: Rng,
  memory: Memory,
  step: number,
  { name: paymentName, psp }: { readonly name: string; readonly psp: string },
  status: 'completed' | 'failed' | 'reversed',
): void {
  follow(memory, step + rng.below(15), { type: 'report', name: paymentName, psp, status });
}

function follow(memory: Memory, step: number, command: Command): void {
  memory.later.push({ step, command });
}

function amountIn({ currency }: Memory, minor: number): string {
  return write(minor, decimalsOf(currency));
}

function name(memory: Memory, letter: string): string {
  memory.count += 1;
  return `${letter}${memory.count}`;
}

/** Mostly one of the last few, now and then an old one. */
function recent<T>(rng: Rng, from: readonly T[]): T | undefined {
  if (from.length === 0) return undefined;
  return from[rng.percent(80) ? from.length - 1 - rng.below(Math.min(5, from.length)) : rng.below(from.length)];
}
