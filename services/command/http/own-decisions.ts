import type { Context } from 'koa';
import { reject } from '../../../shared/decider/decider.js';
import type { PlayerLogin } from '../../../shared/http/player-token.js';
import { isRevoked } from '../player/account.js';
import type { PlayerDecision } from '../player/decision.js';
import type { Unfolding } from '../player/unfolding.js';
import type { Executed, Players } from '../runtime/players.js';
import { answerOf, type Clock, contextOf } from './requests.js';

/**
 * Decides for the player who speaks; a token whose login was logged out, whose password was changed or whose player was
 * forgotten speaks for nobody. @throws Problem 401
 */
export type OwnDecisions = <Answer>(
  ctx: Context,
  login: PlayerLogin,
  decide: (player: Unfolding) => PlayerDecision<Answer>,
) => Promise<Answer>;

export function ownDecisions(players: Players, clock: Clock): OwnDecisions {
  return (ctx, login, decide) => {
    const context = contextOf(ctx, `player:${login.playerId}`, clock);
    const execution = players.decide(login.playerId, context, (player) =>
      isRevoked(player.state, login) ? reject({ type: 'LoggedOut' }) : decide(player),
    );
    return answerOf(ctx, execution.then(unlessGone));
  };
}

/** To the players themselves one who is gone is not a thing that was not found: their credentials are worth nothing. */
export function unlessGone<Answer>({ decision, position }: Executed<Answer>): Executed<Answer> {
  const isGone = !decision.ok && decision.rejection.type === 'PlayerNotFound';
  return { decision: isGone ? reject({ type: 'LoggedOut' }) : decision, position };
}
