import type { Units } from '../../audit/ledger/minor-units.js';
import { NotGathered } from '../evidence/wire.js';
import type { Inquiry } from '../inquiry.js';
import { accountCalls } from './account-calls.js';
import { bonusCalls } from './bonus-calls.js';
import { paymentCalls } from './payment-calls.js';
import { mustBe, type Player, register } from './player.js';
import { providerCalls, SLOT } from './provider-calls.js';

/** A player who has opened a game, with everything that may be done to them. */
export type Seat = {
  readonly player: Player;
  readonly sessionId: string;
  readonly game: ReturnType<typeof providerCalls>;
  readonly payments: ReturnType<typeof paymentCalls>;
  readonly bonuses: ReturnType<typeof bonusCalls>;
  readonly account: ReturnType<typeof accountCalls>;
};

/** Seats a new player, who has paid in `cash` when that is given. */
export async function takeSeat(inquiry: Inquiry, cash: Units = 0n): Promise<Seat> {
  const player = await register(inquiry);
  const payments = paymentCalls(player);
  if (cash > 0n) await payments.deposit(cash);
  const sessionId = await openGame(player);
  return {
    ...{ player, sessionId, payments },
    game: providerCalls(player, sessionId),
    bonuses: bonusCalls(player),
    account: accountCalls(player, new Set([sessionId])),
  };
}

async function openGame(player: Player): Promise<string> {
  const { inquiry, token, story } = player;
  const json = { provider: inquiry.subject.keys.providerId, game_id: SLOT };
  const answer = await player.send({ as: 'player', method: 'POST', to: '/me/game-sessions', token, json });
  mustBe(inquiry, 'a game session', answer, 201);
  story.tell('GameSessionStarted');
  const { session_id: sessionId } = answer.body;
  if (typeof sessionId !== 'string') throw new NotGathered('a game session was opened and not named');
  return sessionId;
}
