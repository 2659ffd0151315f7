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
  password,
  register,
  startSession,
  whatIsDue,
} from './account.js';
import { creditBonus, endBonus } from './bonuses.js';
import { forget, isOfOldId } from './forgetting.js';
import { createJournal, FOR_GOOD } from './journal.js';
import { setLimit } from './limits.js';
import { type ModelPlayer, nobody } from './model-player.js';
import { approve, deposit, report, stop, withdraw } from './payments.js';
import { bet, play, rollback, win } from './transactions.js';
import { accept, type Outcome, type Prediction, refuse, type Turn } from './turn.js';

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
      take({ player: playerOf(playerId), now, journal: FOR_GOOD, events: [] }, command),
  };
}

/** What settles something that was there before the person was forgotten is never refused. */
const OF_THE_FORGOTTEN: ReadonlySet<Command['type']> = new Set(['win', 'rollback', 'report', 'forget']);

/** What is due counts only together with something new: a request that changes nothing leaves nothing. */
function take(turn: Turn, command: Command): Prediction {
  if (command.type === 'register') return { outcome: register(turn, command), events: turn.events };
  // It records nothing; what it must have done, and must not have done, is the world's to see.
  if (command.type === 'finish_erasure') return { outcome: accept('finished'), events: [] };
  if (!turn.player.registered) return { outcome: refuse('PlayerNotFound'), events: [] };
  const isForgotten = turn.player.forgotten !== null;
  whatIsDue(turn);
  const due = turn.events.length;
  const outcome = decide(turn, command);
  if (isForgotten && !OF_THE_FORGOTTEN.has(command.type) && !isOfOldId(outcome))
    return { outcome: refuse('PlayerNotFound'), events: [] };
  return { outcome, events: turn.events.length === due ? [] : turn.events };
}

// A switch: this runs for every step, and what ts-pattern builds for a match costs as much as the command itself.
function decide(turn: Turn, command: Exclude<Command, { type: 'register' | 'finish_erasure' }>): Outcome {
  switch (command.type) {
    case 'log_in':
      return logIn(turn, command);
    case 'log_out':
      return logOut(turn, command);
    case 'password':
      return password(turn, command);
    case 'consents':
      return consents(turn, command);
    case 'details':
      return details(turn, command);
    case 'block':
      return block(turn, command);
    case 'lift':
      return lift(turn, command);
    case 'limit':
      return setLimit(turn, command);
    case 'deposit':
      return deposit(turn, command);
    case 'withdraw':
      return withdraw(turn, command);
    case 'approve':
      return approve(turn, command);
    case 'stop':
      return stop(turn, command);
    case 'report':
      return report(turn, command);
    case 'start_session':
      return startSession(turn, command);
    case 'end_session':
      return endSession(turn, command);
    case 'balance':
      return balance(turn, command);
    case 'bet':
      return bet(turn, command);
    case 'win':
      return win(turn, command);
    case 'rollback':
      return rollback(turn, command);
    case 'play':
      return play(turn, command);
    case 'credit_bonus':
      return creditBonus(turn, command);
    case 'end_bonus':
      return endBonus(turn, command);
    case 'forget':
      return forget(turn);
  }
}
