import { match } from 'ts-pattern';
import type { Command } from '../script.js';
import {
  balance,
  block,
  consents,
  details,
  endSession,
  lift,
  logIn,
  logOut,
  register,
  startSession,
  whatIsDue,
} from './account.js';
import { creditBonus, endBonus } from './bonuses.js';
import { createJournal } from './journal.js';
import { type ModelPlayer, nobody } from './model-player.js';
import { approve, deposit, report, stop, withdraw } from './payments.js';
import { bet, play, rollback, win } from './transactions.js';
import { type Outcome, type Prediction, refuse, type Turn } from './turn.js';

/** An independent wallet, as the design has it: small, and with everything in memory. */
export type Model = {
  player(playerId: string): ModelPlayer;
  /** What the command would come to now. Changes nothing. */
  predict(playerId: string, command: Command, now: string): Prediction;
  /** The same, and it has happened: the store holds its events. */
  happen(playerId: string, command: Command, now: string): Prediction;
};

export function createModel(): Model {
  const players = new Map<string, ModelPlayer>();
  const playerOf = (playerId: string) => {
    const player = players.get(playerId) ?? nobody(playerId);
    players.set(playerId, player);
    return player;
  };
  return {
    player: playerOf,
    predict(playerId, command, now) {
      const turn = { player: playerOf(playerId), now, journal: createJournal(), events: [] };
      const prediction = take(turn, command);
      turn.journal.undo();
      return prediction;
    },
    happen: (playerId, command, now) =>
      take({ player: playerOf(playerId), now, journal: createJournal(), events: [] }, command),
  };
}

/** What is due counts only together with something new: a request that changes nothing leaves nothing. */
function take(turn: Turn, command: Command): Prediction {
  if (command.type === 'register') return { outcome: register(turn, command), events: turn.events };
  if (!turn.player.registered) return { outcome: refuse('PlayerNotFound'), events: [] };
  whatIsDue(turn);
  const due = turn.events.length;
  const outcome = decide(turn, command);
  return { outcome, events: turn.events.length === due ? [] : turn.events };
}

// Limits (`limit`, refusals `LimitExceeded`) and forgetting (`forget`) have their place here once the deciders have them.
function decide(turn: Turn, command: Exclude<Command, { type: 'register' }>): Outcome {
  return match(command)
    .with({ type: 'log_in' }, (c) => logIn(turn, c))
    .with({ type: 'log_out' }, (c) => logOut(turn, c))
    .with({ type: 'consents' }, (c) => consents(turn, c))
    .with({ type: 'details' }, (c) => details(turn, c))
    .with({ type: 'block' }, (c) => block(turn, c))
    .with({ type: 'lift' }, (c) => lift(turn, c))
    .with({ type: 'deposit' }, (c) => deposit(turn, c))
    .with({ type: 'withdraw' }, (c) => withdraw(turn, c))
    .with({ type: 'approve' }, (c) => approve(turn, c))
    .with({ type: 'stop' }, (c) => stop(turn, c))
    .with({ type: 'report' }, (c) => report(turn, c))
    .with({ type: 'start_session' }, (c) => startSession(turn, c))
    .with({ type: 'end_session' }, (c) => endSession(turn, c))
    .with({ type: 'balance' }, (c) => balance(turn, c))
    .with({ type: 'bet' }, (c) => bet(turn, c))
    .with({ type: 'win' }, (c) => win(turn, c))
    .with({ type: 'rollback' }, (c) => rollback(turn, c))
    .with({ type: 'play' }, (c) => play(turn, c))
    .with({ type: 'credit_bonus' }, (c) => creditBonus(turn, c))
    .with({ type: 'end_bonus' }, (c) => endBonus(turn, c))
    .exhaustive();
}
