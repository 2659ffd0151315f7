import { amountIn, betIdOf, type Draw, follow, idOf, type Memory, name, recent } from './memory.js';
import type { Rng } from './rng.js';
import type { Command, CommandOf } from './script.js';
import { GAMES, TEMPLATES } from './sim-catalogue.js';

// New requests, one drawing for each kind; some of them bring what follows from them.

const PROVIDERS = ['mock', 'acme'] as const;
const PSPS = ['fake', 'bank'] as const;

/** In smallest units: some that split badly, some that empty an account. */
const STAKES = [1, 3, 7, 33, 100, 250, 500, 777, 2_000, 10_000] as const;
const WINS = [0, 0, 1, 10, 99, 333, 1_000, 1_999, 5_000, 40_000] as const;
const PAYMENTS = [100, 999, 5_000, 10_000, 25_000, 100_000] as const;
/** Mostly out of the way; null ends one. */
const LIMITS = [0, 5_000, 10_000, 20_000, 50_000, 50_000, 200_000, null] as const;
/** Of who is poor. */
const ONE = [250] as const;
const ONE_OR_NOTHING = [0, 0, 0, 250] as const;
const BONUSES = [100, 101, 333, 1_000, 4_999, 10_000, 99, 10_001] as const;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const draws: { readonly [T in Command['type']]: (draw: Draw) => Command } = {
  register: ({ memory }) => ({ type: 'register', currency: memory.currency }),
  log_in: ({ rng, memory }) => newLogin(memory, passwordOf(rng, memory)),
  password: ({ rng, memory, step }) => {
    if (rng.percent(50)) memory.passwords += 1;
    // Whoever has an earlier one tries it.
    const earlier = Math.max(0, memory.passwords - 1);
    if (rng.percent(50)) follow(memory, step + delay(rng), newLogin(memory, earlier));
    return { type: 'password', passwordRevision: passwordOf(rng, memory) };
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
    // Who regrets it asks for a shorter one at once.
    const shorter = new Date(Date.parse(until) - 20_000).toISOString();
    if (rng.percent(30)) follow(memory, step, { type: 'block', reason, until: shorter });
    return { type: 'block', reason, until: endless ? null : until };
  },
  lift: ({ rng }) => ({ type: 'lift', reason: rng.pick(['self_exclusion', 'timeout', 'fraud', 'operator'] as const) }),
  limit: ({ rng, memory, step }) => {
    const kind = rng.pick(['deposit', 'loss', 'wager']);
    const period = rng.pick(['day', 'day', 'week', 'month']);
    const limitOf = (minor: number | null) =>
      ({ type: 'limit', kind, period, amount: minor === null ? null : amountIn(memory, minor) }) as const;
    // Hardly anybody leaves it at that: it is raised, or raised again while that is pending.
    if (rng.percent(60)) follow(memory, step + delay(rng), limitOf(rng.pick([30_000, 60_000, 300_000, 300_000, null])));
    return limitOf(rng.pick(LIMITS));
  },
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
    const charged = rng.percent(25) ? recent(rng, memory.deposits) : undefined;
    // A chargeback meanwhile: what is left may be less than nothing.
    if (charged !== undefined)
      follow(memory, step, { type: 'report', name: charged.name, psp: charged.psp, status: 'reversed' });
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
  bet: (draw) => inSession(draw, newBet),
  win: ({ rng, memory }) => winOf(rng, memory, recent(rng, memory.bets)),
  rollback: ({ rng, memory }) =>
    rollbackOf(rng, memory, rng.percent(70) ? recent(rng, memory.bets) : recent(rng, memory.settled)),
  play: (draw) => inSession(draw, newPlay),
  credit_bonus: ({ rng, memory, step }) => {
    const bonusId = rng.percent(98) ? (TEMPLATES[rng.below(TEMPLATES.length)]?.bonusId ?? 'gift') : 'unheard_of';
    const amount = amountIn(memory, rng.pick(memory.isPoor ? ONE : BONUSES));
    const userBonusId = name(memory, 'b');
    const command = { type: 'credit_bonus', userBonusId, bonusId, amount } as const;
    memory.bonuses.push(command);
    if (rng.percent(25)) follow(memory, step + rng.below(60), { type: 'end_bonus', userBonusId, reason: 'operator' });
    return command;
  },
  end_bonus: ({ rng, memory }) => ({
    type: 'end_bonus',
    userBonusId: recent(rng, memory.bonuses)?.userBonusId ?? 'b0',
    reason: rng.pick(['operator', 'player']),
  }),
  forget: ({ rng, memory, step }) => {
    // Whoever is refused comes back when the money is gone; who got no answer, at once.
    if (rng.percent(60)) follow(memory, step + 1 + delay(rng), { type: 'forget' });
    if (rng.percent(40)) follow(memory, step + rng.below(3), { type: 'finish_erasure' });
    return { type: 'forget' };
  },
  finish_erasure: () => ({ type: 'finish_erasure' }),
};

function newLogin(memory: Memory, passwordRevision: number): Command {
  const loginId = name(memory, 'l');
  memory.logins.push(loginId);
  return { type: 'log_in', loginId, otherLoginId: `${loginId}-again`, passwordRevision };
}

/** Who comes back after a while opens a game first, or nearly every bet would be in a session that has idled. */
function inSession(draw: Draw, make: (draw: Draw) => Command): Command {
  const { rng, memory, step, at } = draw;
  const isBack = at - memory.playedAt > 20 * MINUTE;
  memory.playedAt = at;
  if (!isBack || rng.percent(30)) return make(draw);
  const start = draws.start_session(draw);
  // Before what follows from it.
  memory.later.unshift({ step, command: make(draw) });
  return start;
}

function newBet({ rng, memory, step }: Draw): Command {
  const command: CommandOf<'bet'> = {
    ...{ type: 'bet', transactionId: transactionName(rng, memory), ...round(rng, memory) },
    amount: stake(rng, memory),
  };
  memory.bets.push(command);
  if (rng.percent(50)) {
    const win = winOf(rng, memory, command);
    const at = step + delay(rng);
    follow(memory, at, win);
    if (rng.percent(15)) follow(memory, at + delay(rng), rollbackOf(rng, memory, win));
  }
  if (rng.percent(20)) {
    const rollback = rollbackOf(rng, memory, command);
    // Now and then the rollback overtakes its bet.
    if (rng.percent(20)) {
      follow(memory, step + 1, command);
      return rollback;
    }
    follow(memory, step + delay(rng), rollback);
  }
  return command;
}

function newPlay({ rng, memory }: Draw): Command {
  const bet = { transactionId: transactionName(rng, memory), amount: stake(rng, memory) };
  const win = { transactionId: name(memory, 't'), amount: winnings(rng, memory) };
  const command = { type: 'play', ...round(rng, memory), roundClosed: rng.percent(50), bet, win } as const;
  memory.bets.push(command);
  return command;
}

function stake(rng: Rng, memory: Memory): string {
  return amountIn(memory, rng.pick(memory.isPoor ? ONE : STAKES));
}

function winnings(rng: Rng, memory: Memory): string {
  return amountIn(memory, rng.pick(memory.isPoor ? ONE_OR_NOTHING : WINS));
}

/** Mostly the newest; now and then one that was just changed. */
function passwordOf(rng: Rng, { passwords }: Memory): number {
  return rng.percent(80) ? passwords : Math.max(0, passwords - 1);
}

function winOf(rng: Rng, memory: Memory, bet: CommandOf<'bet' | 'play'> | undefined): CommandOf<'win'> {
  const { provider, sessionId, gameId, roundId, currency } = bet ?? round(rng, memory);
  const command: CommandOf<'win'> = {
    ...{ type: 'win', transactionId: name(memory, 't'), referenceTransactionId: betIdOf(bet) },
    ...{ provider, sessionId, gameId, currency, roundClosed: rng.percent(50) },
    roundId: rng.percent(95) ? roundId : 'r0',
    amount: winnings(rng, memory),
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
  const amount = amountIn(memory, rng.pick(memory.isPoor ? ONE : PAYMENTS));
  return { name: name(memory, letter), psp: rng.pick(PSPS), amount, currency };
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

/** Mostly soon; now and then long after, when much has changed. */
function delay(rng: Rng): number {
  return rng.below(rng.percent(75) ? 10 : 150);
}
