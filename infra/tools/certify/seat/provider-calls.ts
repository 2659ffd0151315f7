import type { Units } from '../../audit/ledger/minor-units.js';
import type { BonusShare, Split } from '../arithmetic/posting-table.js';
import type { Answer } from '../evidence/wire.js';
import type { RoundFact } from '../fast-track/fact.js';
import { CURRENCY, euros, mustBe, type Player } from './player.js';

export type Action = 'bet' | 'win' | 'rollback' | 'play' | 'balance';

/** A bet or win that was taken: what a later call needs to know of it. */
export type Played = {
  readonly kind: 'bet' | 'win';
  readonly id: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly share: BonusShare;
  readonly units: Units;
  /** What was sent, to send it again. */
  readonly json: { readonly [field: string]: unknown };
  readonly answer: Answer;
};

export const SLOT = 'slot_abc';

/** What a game provider calls, signed. `ask` only asks; the others are of calls that must be taken, and tell the story on. */
export function providerCalls(player: Player, sessionId: string) {
  const { inquiry, story, table } = player;

  function ask(action: Action, json: object): Promise<Answer> {
    return player.send({ as: 'provider', method: 'POST', to: `/provider/v1/${action}`, json });
  }

  function betJson(units: Units, { gameId = SLOT, roundId = inquiry.id('round') } = {}) {
    return {
      ...{ transaction_id: inquiry.id('bet'), player_id: player.id, session_id: sessionId },
      ...{ game_id: gameId, round_id: roundId, amount: euros(units), currency: CURRENCY },
    };
  }

  function winJson(bet: Pick<Played, 'id' | 'gameId' | 'roundId'>, units: Units, roundClosed = true) {
    return {
      ...{ transaction_id: inquiry.id('win'), reference_transaction_id: bet.id, player_id: player.id },
      ...{ session_id: sessionId, game_id: bet.gameId, round_id: bet.roundId },
      ...{ amount: euros(units), currency: CURRENCY, round_closed: roundClosed },
    };
  }

  function rollbackJson(of: Pick<Played, 'id' | 'roundId'>) {
    return {
      ...{ transaction_id: inquiry.id('rollback'), reference_transaction_id: of.id },
      ...{ player_id: player.id, round_id: of.roundId },
    };
  }

  function playJson(stake: Units, win: Units, roundId = inquiry.id('round')) {
    return {
      ...{ player_id: player.id, session_id: sessionId, game_id: SLOT, round_id: roundId, currency: CURRENCY },
      round_closed: true,
      bet: { transaction_id: inquiry.id('bet'), amount: euros(stake) },
      win: { transaction_id: inquiry.id('win'), amount: euros(win) },
    };
  }

  return {
    ...{ ask, betJson, winJson, rollbackJson, playJson },

    /** Takes a stake, which `split` says where it comes from (cash when left out). */
    async bet(units: Units, { split = { cash: units, bonus: 0n } as Split, gameId = SLOT, roundId = '' } = {}) {
      const json = betJson(units, roundId === '' ? { gameId } : { gameId, roundId });
      const answer = await ask('bet', json);
      mustBe(inquiry, `a bet of ${euros(units)}`, answer);
      const { transaction_id: id, round_id: round } = json;
      const played: Played = { kind: 'bet', id, gameId, roundId: round, share: split, units, json, answer };
      story.tell('BetPlaced', { legs: table.bet(split), told: [{ kind: 'bet', ...factOf(played, false) }] });
      return played;
    },

    /** Pays a win, which `share` says where it goes to (cash when left out). */
    async win(
      bet: Played,
      units: Units,
      { share = { cash: units, bonus: 0n } as BonusShare, roundClosed = true } = {},
    ): Promise<Played> {
      const json = winJson(bet, units, roundClosed);
      const answer = await ask('win', json);
      mustBe(inquiry, `a win of ${euros(units)}`, answer);
      const { gameId, roundId } = bet;
      const played: Played = { kind: 'win', id: json.transaction_id, gameId, roundId, share, units, json, answer };
      story.tell('WinCredited', { legs: table.win(share), told: [{ kind: 'win', ...factOf(played, roundClosed) }] });
      return played;
    },

    /** Undoes it; `share` says where its legs are now (where they were when left out). */
    async rollBack(of: Played, { share = of.share } = {}): Promise<Played> {
      const json = rollbackJson(of);
      const answer = await ask('rollback', json);
      mustBe(inquiry, `the rollback of a ${of.kind} of ${euros(of.units)}`, answer);
      const legs = of.kind === 'bet' ? table.betRolledBack(share) : table.winRolledBack(share);
      const undone = { ...of, id: json.transaction_id, share };
      const fact = { kind: 'rollback', of: of.kind, original: of.id, ...factOf(undone, false) } as const;
      story.tell('TransactionRolledBack', { legs, told: [fact] });
      return { ...undone, json, answer };
    },

    /** Bet and win in one call, both of cash. */
    async play(stake: Units, win: Units): Promise<Answer> {
      const json = playJson(stake, win);
      const answer = await ask('play', json);
      mustBe(inquiry, `a play of ${euros(stake)} that wins ${euros(win)}`, answer);
      const round = { gameId: SLOT, roundId: json.round_id };
      const bet = { ...round, transactionId: json.bet.transaction_id, cash: stake, units: stake, roundEnd: false };
      const won = { ...round, transactionId: json.win.transaction_id, cash: win, units: win, roundEnd: true };
      const legs = [...table.bet({ cash: stake, bonus: 0n }), ...table.win({ cash: win, bonus: 0n })];
      story.tell('RoundPlayed', { legs, told: [{ kind: 'play', bet, win: won }] });
      return answer;
    },

    /** What the provider is told of the balance now. */
    balance: () => ask('balance', { player_id: player.id, session_id: sessionId }),
  };
}

function factOf({ id, gameId, roundId, share, units }: Played | Omit<Played, 'json'>, roundEnd: boolean): RoundFact {
  // All that did not move on cash is the bonus's, also what the house kept of a bonus that had ended.
  return { transactionId: id, gameId, roundId, units, cash: share.cash + (share.converted ?? 0n), roundEnd };
}
