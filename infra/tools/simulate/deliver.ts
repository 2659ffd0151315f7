import {
  changeConsents,
  liftBlock,
  logIn,
  logOut,
  markDetailsChanged,
  markPasswordChanged,
  placeBlock,
  registerPlayer,
} from '../../../services/command/player/account.js';
import { placeBet } from '../../../services/command/player/bets.js';
import { creditBonus, endBonus } from '../../../services/command/player/bonuses.js';
import { nothingNew, type PlayerDecision } from '../../../services/command/player/decision.js';
import { endGameSession, readBalance, startGameSession } from '../../../services/command/player/game-sessions.js';
import { setLimit } from '../../../services/command/player/limits.js';
import {
  approveWithdrawal,
  reportPayment,
  requestDeposit,
  requestWithdrawal,
  stopWithdrawal,
} from '../../../services/command/player/payments.js';
import { playRound } from '../../../services/command/player/plays.js';
import { rollBack } from '../../../services/command/player/rollbacks.js';
import type { Unfolding } from '../../../services/command/player/unfolding.js';
import { creditWin } from '../../../services/command/player/wins.js';
import type { Erasure } from '../../../services/command/runtime/erasure.js';
import type { Executed, Players } from '../../../services/command/runtime/players.js';
import type { RequestContext } from '../../../services/command/runtime/request-context.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Command, CommandOf } from './script.js';

/** What the routes hand commands to. */
export type Handlers = { readonly players: Players; readonly erasure: Erasure };

/** As the routes have it: what settles something that was there before is taken of a forgotten player too. */
const SETTLING: ReadonlySet<Command['type']> = new Set(['win', 'rollback', 'report']);

/** Hands a command to the real handler, as the routes do after they have checked its shape. */
export function deliver(
  { players, erasure }: Handlers,
  playerId: PlayerId,
  context: RequestContext,
  command: Command,
): Promise<Executed<unknown>> {
  if (command.type === 'register') {
    const registration = { currency: command.currency, profileRevision: 0 };
    return players.execute<unknown>(playerId, context, (player) => registerPlayer(player, registration));
  }
  if (command.type === 'forget') return erasure.forget(playerId, context);
  if (command.type === 'finish_erasure') return finished(erasure.finish(playerId, context));
  return players.decide(playerId, context, (unfolding) => decide(unfolding, playerId, command), {
    alsoForgotten: SETTLING.has(command.type),
  });
}

/** Whether there was anything left to delete depends on who else was at it; that nothing is left does not. */
async function finished(finish: Promise<boolean>): Promise<Executed<'finished'>> {
  await finish;
  return { decision: nothingNew('finished'), position: undefined };
}

function decide(
  player: Unfolding,
  playerId: PlayerId,
  command: Exclude<Command, { type: 'register' | 'forget' | 'finish_erasure' }>,
): PlayerDecision<unknown> {
  switch (command.type) {
    case 'log_in':
      return logIn(player, command);
    case 'log_out':
      return logOut(player, command.loginId);
    case 'password':
      return markPasswordChanged(player, command.passwordRevision);
    case 'consents':
      return changeConsents(player, { email: command.email });
    case 'details':
      return markDetailsChanged(player, command.profileRevision);
    case 'block':
      return placeBlock(player, { reason: command.reason, until: command.until });
    case 'lift':
      return liftBlock(player, command.reason);
    case 'limit':
      return setLimit(player, { kind: command.kind, period: command.period, amount: command.amount });
    case 'deposit':
      return requestDeposit(player, requestOf(playerId, command));
    case 'withdraw':
      return requestWithdrawal(player, requestOf(playerId, command));
    case 'approve':
      return approveWithdrawal(player, idOf(playerId, command.name));
    case 'stop':
      return stopWithdrawal(player, idOf(playerId, command.name), command.to);
    case 'report': {
      const { name, psp, status } = command;
      return reportPayment(player, { paymentId: idOf(playerId, name), psp, status, pspReference: `ref-${name}` });
    }
    case 'start_session':
      return startGameSession(player, command);
    case 'end_session':
      return endGameSession(player, command.sessionId);
    case 'balance':
      return readBalance(player, command.sessionId, command.provider);
    case 'bet':
      return placeBet(player, command);
    case 'win':
      return creditWin(player, command);
    case 'rollback':
      return rollBack(player, command);
    case 'play':
      return playRound(player, command);
    case 'credit_bonus':
      return creditBonus(player, { ...command, fastTrackReferences: {} });
    case 'end_bonus':
      return endBonus(player, command.userBonusId, command.reason);
  }
}

/** Spread into an event as it is, so there must be nothing else in it. */
function requestOf(playerId: PlayerId, { name, psp, amount, currency }: CommandOf<'deposit' | 'withdraw'>) {
  return { paymentId: idOf(playerId, name), psp, amount, currency };
}

function idOf(playerId: PlayerId, name: string): string {
  return `${playerId}-${name}`;
}
