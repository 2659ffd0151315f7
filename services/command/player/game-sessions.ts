import { reject } from '../../../shared/decider/decider.js';
import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { type BalanceAnswer, visible } from './balance-answer.js';
import { done, nothingNew, type PlayerDecision } from './decision.js';
import { endedSessionOf } from './past.js';
import type { GameSession } from './state.js';
import type { Unfolding } from './unfolding.js';

export type SessionRequest = { readonly sessionId: string; readonly gameId: string; readonly provider: string };

/** Opens a game. One session is active per game: a newer one ends the older. */
export function startGameSession(unfolding: Unfolding, request: SessionRequest): PlayerDecision<GameSession> {
  const { state, catalogue } = unfolding;
  const { sessionId, gameId, provider } = request;
  // Also one that has ended since: the request is the same, and so is its answer.
  const seen = state.openSessions.get(sessionId) ?? endedSessionOf(unfolding, sessionId);
  if (seen !== undefined) {
    return seen.gameId === gameId && seen.provider === provider
      ? nothingNew(seen)
      : reject({ type: 'IdempotencyConflict' });
  }
  if (catalogue.game(gameId)?.provider !== provider) return reject({ type: 'GameNotFound' });
  if (state.blocks.size > 0) return reject({ type: 'PlayerBlocked', reasons: [...state.blocks.keys()].sort() });
  for (const older of state.openSessions.values()) {
    if (older.gameId === gameId && older.provider === provider) end(unfolding, older, 'superseded');
  }
  unfolding.record({ type: 'GameSessionStarted', data: { sessionId, gameId, provider } });
  const started = unfolding.state.openSessions.get(sessionId);
  if (started === undefined) throw new Error(`game session ${sessionId} was just started`);
  return done(unfolding, started);
}

/** Ends a session of the player's; ending it again is no error. */
export function endGameSession(
  unfolding: Unfolding,
  sessionId: string,
): PlayerDecision<{ readonly sessionId: string; readonly status: 'ended' }> {
  const session = unfolding.state.openSessions.get(sessionId);
  if (session !== undefined) {
    end(unfolding, session, 'player');
    return done(unfolding, { sessionId, status: 'ended' });
  }
  if (endedSessionOf(unfolding, sessionId) === undefined) return reject({ type: 'SessionNotFound' });
  return nothingNew({ sessionId, status: 'ended' });
}

/** Ends every open session: a block, a logout or forgetting the player does. */
export function endAllGameSessions(unfolding: Unfolding, reason: 'block' | 'logout'): void {
  for (const session of unfolding.state.openSessions.values()) end(unfolding, session, reason);
}

/** What a provider is told of the balance; a session that has ended may still ask. */
export function readBalance(unfolding: Unfolding, sessionId: string, provider: string): PlayerDecision<BalanceAnswer> {
  const { openSessions, balances } = unfolding.state;
  const session = openSessions.get(sessionId) ?? endedSessionOf(unfolding, sessionId);
  if (session?.provider !== provider) return reject({ type: 'SessionNotFound' });
  return nothingNew({ balance: visible(unfolding), currency: balances.currency, replayed: false });
}

function end(
  unfolding: Unfolding,
  { sessionId, gameId, provider }: GameSession,
  reason: PlayerEventOf<'GameSessionEnded'>['data']['reason'],
): void {
  unfolding.record({ type: 'GameSessionEnded', data: { sessionId, gameId, provider, reason } });
}
