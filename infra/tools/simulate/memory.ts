import { decimalsOf, write } from './minor-units.js';
import type { Rng } from './rng.js';
import type { Command, CommandOf } from './script.js';

/** What somebody at a player's side remembers of having asked. */
export type Memory = {
  readonly currency: string;
  /** Pays in, stakes and wins one same amount, so that nothing is left now and then: only then is anybody forgotten. */
  readonly isPoor: boolean;
  count: number;
  /** When a round was last begun. */
  playedAt: number;
  /** How often the password was changed. */
  passwords: number;
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

/** What a command is drawn from. */
export type Draw = { readonly rng: Rng; readonly memory: Memory; readonly step: number; readonly at: number };

export function newMemory(currency: string, isPoor: boolean): Memory {
  return {
    ...{
      currency,
      isPoor,
      count: 0,
      playedAt: 0,
      passwords: 0,
      bets: [],
      settled: [],
      sessions: [],
      deposits: [],
      withdrawals: [],
    },
    ...{ bonuses: [], logins: [], sent: [], later: [] },
  };
}

export function betIdOf(bet: CommandOf<'bet' | 'play'> | undefined): string {
  return bet === undefined ? 't0' : idOf(bet);
}

export function idOf(command: CommandOf<'bet' | 'play' | 'win' | 'rollback'>): string {
  return command.type === 'play' ? command.bet.transactionId : command.transactionId;
}

export function name(memory: Memory, letter: string): string {
  memory.count += 1;
  return `${letter}${memory.count}`;
}

export function amountIn({ currency }: Memory, minor: number): string {
  return write(minor, decimalsOf(currency));
}

/** Mostly one of the last few, now and then an old one. */
export function recent<T>(rng: Rng, from: readonly T[]): T | undefined {
  if (from.length === 0) return undefined;
  return from[rng.percent(80) ? from.length - 1 - rng.below(Math.min(5, from.length)) : rng.below(from.length)];
}

export function follow(memory: Memory, step: number, command: Command): void {
  memory.later.push({ step, command });
}

/** Kept to be sent again: by a caller who got no answer, or twice by the network. */
export function sent(memory: Memory, command: Command): Command {
  memory.sent.push(command);
  return command;
}
