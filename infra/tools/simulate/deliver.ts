import { match } from 'ts-pattern';
import {
  changeConsents,
  liftBlock,
  logIn,
  logOut,
  markDetailsChanged,
  placeBlock,
  registerPlayer,
} from '../../../services/command/player/account.js';
import { placeBet } from '../../../services/command/player/bets.js';
import { creditBonus, endBonus } from '../../../services/command/player/bonuses.js';
import type { PlayerDecision } from '../../../services/command/player/decision.js';
import { endGameSession, readBalance, startGameSession } from '../../../services/command/player/game-sessions.js';
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
import type { Executed, Players, RequestContext } from '../../../services/command/runtime/players.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Command } from './script.js';

/** Hands a command to the real handler, as the routes do after they have checked its shape. */
export function deliver(
  players: Players,
  playerId: PlayerId,
  context: RequestContext,
  command: Command,
): Promise<Executed<unknown>> {
  if (command.type === 'register') {
    const registration = { currency: command.currency, profileRevision: 0 };
    return players.execute<unknown>(playerId, context, (player) => registerPlayer(player, registration));
  }
  return players.decide(playerId, context, (unfolding) => decide(unfolding, playerId, command));
}

// Limits and forgetting have their place here once the deciders have them.
function decide(
  player: Unfolding,
  playerId: PlayerId,
  command: Exclude<Command, { type: 'register' }>,
): PlayerDecision<unknown> {
  const idOf = (name: string) => `${playerId}-${name}`;
  return match(command)
    .returnType<PlayerDecision<unknown>>()
    .with({ type: 'log_in' }, ({ loginId, otherLoginId }) => logIn(player, { loginId, otherLoginId }))
    .with({ type: 'log_out' }, ({ loginId }) => logOut(player, loginId))
    .with({ type: 'consents' }, ({ email }) => changeConsents(player, { email }))
    .with({ type: 'details' }, ({ profileRevision }) => markDetailsChanged(player, profileRevision))
    .with({ type: 'block' }, ({ reason, until }) => placeBlock(player, { reason, until }))
    .with({ type: 'lift' }, ({ reason }) => liftBlock(player, reason))
    .with({ type: 'deposit' }, ({ type: _, name, ...request }) =>
      requestDeposit(player, { paymentId: idOf(name), ...request }),
    )
    .with({ type: 'withdraw' }, ({ type: _, name, ...request }) =>
      requestWithdrawal(player, { paymentId: idOf(name), ...request }),
    )
    .with({ type: 'approve' }, ({ name }) => approveWithdrawal(player, idOf(name)))
    .with({ type: 'stop' }, ({ name, to }) => stopWithdrawal(player, idOf(name), to))
    .with({ type: 'report' }, ({ name, psp, status }) =>
      reportPayment(player, { paymentId: idOf(name), psp, status, pspReference: `ref-${name}` }),
    )
    .with({ type: 'start_session' }, ({ type: _, ...request }) => startGameSession(player, request))
    .with({ type: 'end_session' }, ({ sessionId }) => endGameSession(player, sessionId))
    .with({ type: 'balance' }, ({ sessionId, provider }) => readBalance(player, sessionId, provider))
    .with({ type: 'bet' }, ({ type: _, ...bet }) => placeBet(player, bet))
    .with({ type: 'win' }, ({ type: _, ...win }) => creditWin(player, win))
    .with({ type: 'rollback' }, ({ type: _, ...rollback }) => rollBack(player, rollback))
    .with({ type: 'play' }, ({ type: _, ...play }) => playRound(player, play))
    .with({ type: 'credit_bonus' }, ({ type: _, ...bonus }) =>
      creditBonus(player, { ...bonus, fastTrackReferences: {} }),
    )
    .with({ type: 'end_bonus' }, ({ userBonusId, reason }) => endBonus(player, userBonusId, reason))
    .exhaustive();
}
