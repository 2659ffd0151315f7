import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { playerAccess } from '../../../shared/http/access.js';
import { issuePlayerToken } from '../../../shared/http/player-token.js';
import { Problem, unauthorized } from '../../../shared/http/problem.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { markPasswordChanged } from '../player/account.js';
import { nothingNew } from '../player/decision.js';
import { loginAnswer } from './answers.js';
import { newPasswordField } from './fields.js';
import { ownDecisions, unlessGone } from './own-decisions.js';
import type { PlayerRoutes } from './player.routes.js';
import { answerOf, callerOf, contextOf, orUnavailable } from './requests.js';

const passwordBody = z.strictObject({ current_password: z.string().max(200), new_password: newPasswordField });

export type PasswordRoutes = Pick<
  PlayerRoutes,
  'players' | 'profiles' | 'registrar' | 'tokenKey' | 'metrics' | 'clock' | 'loginThrottle'
> & {
  /** Waits a while until the read models are there; true when they are. @throws when they cannot be asked. */
  readonly readModelsReach: (position: bigint) => Promise<boolean>;
};

/** A player's password: whoever changes it has every login but their own logged out. */
export function passwordRoutes({
  players,
  profiles,
  registrar,
  tokenKey,
  metrics,
  clock,
  loginThrottle,
  readModelsReach,
}: PasswordRoutes): Routes {
  const own = createRoutes({
    tag: 'player',
    access: playerAccess(tokenKey, clock.nowMs),
    around: [metrics.countOutcomes],
  });
  const decided = ownDecisions(players, clock);

  own.put(
    '/me/password',
    {
      summary: 'Changes the password; every login there was is worth nothing, the answer is a new one',
      description:
        'Open games end. Wrong passwords count as at `/login`. After a 503 ask again: a change that went through is finished.',
      body: passwordBody,
      answers: { 200: loginAnswer },
      problems: ['rate_limited'],
    },
    async (ctx, { caller: login, body }) => {
      const { playerId } = login;
      const markedRevision = await decided(ctx, login, ({ state }) => nothingNew(state.passwordRevision));
      const email = await orUnavailable(profiles.emailOf(playerId));
      // Forgotten just now.
      if (email === undefined) throw unauthorized();
      loginThrottle.assertMayTry(ctx, email);
      const context = contextOf(ctx, `player:${playerId}`, clock);
      const { current_password: current, new_password: next } = body;
      const change = { email, playerId, current, next, markedRevision, caller: callerOf(ctx) };
      const passwordRevision = await orUnavailable(registrar.changePassword(change, context));
      if (passwordRevision === undefined) {
        loginThrottle.failed(ctx, email);
        throw wrongPassword();
      }
      loginThrottle.succeeded(ctx, email);
      // Whatever became of this login meanwhile: the password is another one, so it has to be said.
      const marked = await orUnavailable(
        players.decide(playerId, context, (player) => markPasswordChanged(player, passwordRevision)),
      );
      await answerOf(ctx, Promise.resolve(unlessGone(marked)));
      // So that query refuses the old tokens too, once this is answered. Without read models it has nothing newer to tell.
      if (marked.position !== undefined) await readModelsReach(marked.position).catch(() => false);
      const token = await issuePlayerToken(
        tokenKey,
        { playerId, loginId: randomUUID(), passwordRevision },
        clock.nowMs(),
      );
      ctx.body = { player_id: playerId, token };
    },
  );

  return own;
}

/** The status of any wrong credential; the caller is known, so it may hear which one. */
function wrongPassword(): Problem {
  return new Problem(401, 'unauthorized', 'Authentication is required', { detail: 'current_password is wrong' });
}
