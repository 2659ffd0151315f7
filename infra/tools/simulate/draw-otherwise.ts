import { amountIn, betIdOf, type Memory, name, recent } from './memory.js';
import type { Rng } from './rng.js';
import type { Command, CommandOf } from './script.js';

/** The same id with something else in it. */
export function otherwise(rng: Rng, memory: Memory, command: Command): Command {
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
        { ...command, psp: command.psp === 'fake' ? 'bank' : 'fake' },
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
      return { ...command, until: rng.percent(50) ? null : sooner(command.until) };
    default:
      return command;
  }
}

function sooner(until: string | null): string | null {
  return until === null ? null : new Date(Date.parse(until) - 20_000).toISOString();
}

/** The bet of a play, by itself: another kind under the same id. */
function betOf({ bet, win: _, roundClosed: __, ...round }: CommandOf<'play'>): CommandOf<'bet'> {
  return { ...round, type: 'bet', ...bet };
}
