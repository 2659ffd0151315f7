import { randomUUID } from 'node:crypto';
import type { Answer } from '../http-call.js';
import type { RoundState } from './round-book.js';
import type { WalletCall } from './wallet-client.js';

export type RoundCalls = {
  readonly transactionIds: readonly [bet: string, win: string];
  readonly bet: WalletCall;
  readonly win: WalletCall;
  readonly play: WalletCall;
};

export type RoundFacts = {
  readonly playerId: string;
  readonly sessionId: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly currency: string;
  readonly stake: string;
  readonly win: string;
};

/** The calls of one round; their ids are made once, random, so that no restart repeats one. */
export function callsOf(facts: RoundFacts): RoundCalls {
  const {
    playerId: player_id,
    sessionId: session_id,
    gameId: game_id,
    roundId: round_id,
    currency,
    stake,
    win,
  } = facts;
  const ids = { player_id, session_id, game_id, round_id };
  const [betId, winId] = [`bet-${randomUUID()}`, `win-${randomUUID()}`];
  return {
    transactionIds: [betId, winId],
    bet: { route: 'bet', body: { transaction_id: betId, ...ids, amount: stake, currency } },
    win: {
      route: 'win',
      body: {
        transaction_id: winId,
        reference_transaction_id: betId,
        ...ids,
        amount: win,
        currency,
        // A losing round is closed by a win of zero.
        round_closed: true,
      },
    },
    play: {
      route: 'play',
      body: {
        ...ids,
        currency,
        round_closed: true,
        bet: { transaction_id: betId, amount: stake },
        win: { transaction_id: winId, amount: win },
      },
    },
  };
}

/** The call that voids a bet whose outcome nobody knows. */
export function rollbackOf({ body }: WalletCall): WalletCall {
  const { transaction_id: reference_transaction_id, player_id, round_id } = body;
  const transaction_id = `rollback-${randomUUID()}`;
  return { route: 'rollback', body: { transaction_id, reference_transaction_id, player_id, round_id } };
}

/** How a round ends by the final answer to the call that it was waiting for. */
export function endOf(state: RoundState, { status }: Answer): RoundState {
  const done = status >= 200 && status < 300;
  if (state === 'win_owed') return done ? 'settled' : 'win_refused';
  if (state !== 'rollback_owed') return done ? 'settled' : 'refused';
  // 404: the bet never arrived, and never will now. 409: its win stands, so the round went through after all.
  if (done || status === 404) return 'rolled_back';
  return status === 409 ? 'settled' : 'rollback_refused';
}
