import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent, PlayerEventOf } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { negate } from '../../../shared/money/money.js';
import { type Change, change, type Rows } from './rows.js';

type PlayEvent = Extract<
  Decoded<PlayerEvent>,
  {
    type:
      | 'GameSessionStarted'
      | 'GameSessionEnded'
      | 'BetPlaced'
      | 'WinCredited'
      | 'RoundPlayed'
      | 'TransactionRolledBack'
      | 'RollbackTombstoned';
  }
>;

/** Game sessions, and the provider's transactions. */
export function playChanges(playerId: PlayerId, event: PlayEvent): readonly Change[] {
  const at = event.metadata.occurredAt;
  return match(event)
    .with({ type: 'GameSessionStarted' }, ({ data: { sessionId, gameId, provider } }) => [
      change('startGameSession', {
        session_id: sessionId,
        player_id: playerId,
        game_id: gameId,
        provider,
        started_at: at,
      }),
    ])
    .with({ type: 'GameSessionEnded' }, ({ data }) => [
      inSession(playerId, data, { ended_at: at, end_reason: data.reason }),
    ])
    .with({ type: 'BetPlaced' }, ({ data }) => [
      line(playerId, event, data, { kind: 'bet', reference: data.transactionId, amount: data.amount }),
      inSession(playerId, data, { bets: 1, staked: data.amount, last_used_at: at }),
      inRound(playerId, event, data, { bets: 1, staked: data.amount }),
    ])
    .with({ type: 'WinCredited' }, ({ data }) => [
      line(playerId, event, data, {
        kind: 'win',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
        amount: data.amount,
      }),
      inSession(playerId, data, { won: data.amount }),
      inRound(playerId, event, data, { wins: 1, won: data.amount, closes: data.roundClosed || null }),
    ])
    .with({ type: 'RoundPlayed' }, ({ data }) => {
      const { bet, win } = data;
      return [
        line(playerId, event, data, { kind: 'bet', reference: bet.transactionId, amount: bet.amount }),
        line(playerId, event, data, {
          part: 1,
          kind: 'win',
          reference: win.transactionId,
          related_reference: bet.transactionId,
          amount: win.amount,
        }),
        inSession(playerId, data, { bets: 1, staked: bet.amount, won: win.amount, last_used_at: at }),
        inRound(playerId, event, data, {
          bets: 1,
          staked: bet.amount,
          wins: 1,
          won: win.amount,
          closes: data.roundClosed || null,
        }),
      ];
    })
    .with({ type: 'TransactionRolledBack' }, ({ data }) => [
      line(playerId, event, data, {
        kind: 'rollback',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
        amount: data.amount,
      }),
      ...rolledBack(playerId, event, data),
    ])
    .with({ type: 'RollbackTombstoned' }, ({ data }) => [
      line(playerId, event, data, {
        kind: 'tombstone',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
      }),
    ])
    .exhaustive();
}

/** The original no longer counts where it had counted. A bet that has no outcome any more opens its round again. */
function rolledBack(
  playerId: PlayerId,
  event: PlayEvent,
  data: PlayerEventOf<'TransactionRolledBack'>['data'],
): readonly Change[] {
  const { original, amount, sessionId, provider, reopenedBet } = data;
  const taken = original === 'bet' ? { bets: -1, staked: negate(amount) } : { won: negate(amount) };
  const wins = original === 'win' ? { wins: -1 } : {};
  const closes = reopenedBet === null ? null : false;
  return [
    // Older events do not say which session it was.
    ...(sessionId === null ? [] : [inSession(playerId, { sessionId, provider }, taken)]),
    inRound(playerId, event, data, { ...taken, ...wins, rolled_back: 1, closes }),
  ];
}

// Written out: in Node 20 a literal that spreads an object and adds members gets a hidden class of its own each time.

function inSession(
  playerId: PlayerId,
  { sessionId, provider }: { readonly sessionId: string; readonly provider: string },
  own: Partial<Rows['moveGameSession']>,
): Change {
  return change('moveGameSession', {
    session_id: sessionId,
    player_id: playerId,
    provider,
    bets: own.bets ?? 0,
    staked: own.staked ?? '0',
    won: own.won ?? '0',
    last_used_at: own.last_used_at ?? null,
    ended_at: own.ended_at ?? null,
    end_reason: own.end_reason ?? null,
  });
}

function inRound(
  playerId: PlayerId,
  { revision, metadata }: PlayEvent,
  data: { readonly provider: string; readonly roundId: string; readonly gameId: string; readonly currency: string },
  own: Partial<Rows['moveRound']>,
): Change {
  return change('moveRound', {
    player_id: playerId,
    revision,
    provider: data.provider,
    round_id: data.roundId,
    game_id: data.gameId,
    currency: data.currency,
    at: metadata.occurredAt,
    bets: own.bets ?? 0,
    wins: own.wins ?? 0,
    staked: own.staked ?? '0',
    won: own.won ?? '0',
    rolled_back: own.rolled_back ?? 0,
    closes: own.closes ?? null,
  });
}

type Line = Rows['addTransaction'];

/** What the event of a provider's transaction says of it; a tombstone knows no game and moves no money. */
type Played = {
  readonly provider: string;
  readonly roundId: string;
  readonly gameId?: string;
  readonly currency?: string;
  readonly balances?: { readonly cash: string; readonly bonus: string };
};

function line(
  playerId: PlayerId,
  { revision, type, metadata }: PlayEvent,
  { provider, roundId, gameId, currency, balances }: Played,
  own: Pick<Line, 'kind' | 'reference'> & Partial<Pick<Line, 'part' | 'related_reference' | 'amount'>>,
): Change {
  return change('addTransaction', {
    player_id: playerId,
    revision,
    part: own.part ?? 0,
    kind: own.kind,
    type,
    caller: provider,
    reference: own.reference,
    related_reference: own.related_reference ?? null,
    game_id: gameId ?? null,
    round_id: roundId,
    amount: own.amount ?? null,
    currency: currency ?? null,
    cash_after: balances?.cash ?? null,
    bonus_after: balances?.bonus ?? null,
    recorded_at: metadata.recordedAt,
  });
}
