import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
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
    .with({ type: 'GameSessionEnded' }, ({ data: { sessionId, reason } }) => [
      change('endGameSession', { session_id: sessionId, ended_at: at, end_reason: reason }),
    ])
    .with({ type: 'BetPlaced' }, ({ data }) => [
      line(playerId, event, {
        ...gameOf(data),
        ...moneyOf(data),
        kind: 'bet',
        reference: data.transactionId,
        amount: data.amount,
      }),
    ])
    .with({ type: 'WinCredited' }, ({ data }) => [
      line(playerId, event, {
        ...gameOf(data),
        ...moneyOf(data),
        kind: 'win',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
        amount: data.amount,
      }),
    ])
    .with({ type: 'RoundPlayed' }, ({ data }) => {
      const both = { ...gameOf(data), ...moneyOf(data) };
      const { bet, win } = data;
      return [
        line(playerId, event, { ...both, kind: 'bet', reference: bet.transactionId, amount: bet.amount }),
        line(playerId, event, {
          ...both,
          part: 1,
          kind: 'win',
          reference: win.transactionId,
          related_reference: bet.transactionId,
          amount: win.amount,
        }),
      ];
    })
    .with({ type: 'TransactionRolledBack' }, ({ data }) => [
      line(playerId, event, {
        ...gameOf(data),
        ...moneyOf(data),
        kind: 'rollback',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
        amount: data.amount,
      }),
    ])
    .with({ type: 'RollbackTombstoned' }, ({ data }) => [
      line(playerId, event, {
        caller: data.provider,
        round_id: data.roundId,
        kind: 'tombstone',
        reference: data.transactionId,
        related_reference: data.referenceTransactionId,
      }),
    ])
    .exhaustive();
}

type Line = Rows['addTransaction'];

function line(
  playerId: PlayerId,
  { revision, type, metadata }: PlayEvent,
  own: Pick<Line, 'kind' | 'caller' | 'reference'> & Partial<Line>,
): Change {
  return change('addTransaction', {
    player_id: playerId,
    revision,
    part: 0,
    type,
    related_reference: null,
    game_id: null,
    round_id: null,
    amount: null,
    currency: null,
    cash_after: null,
    bonus_after: null,
    recorded_at: metadata.recordedAt,
    ...own,
  });
}

function gameOf(data: { provider: string; gameId: string; roundId: string }) {
  return { caller: data.provider, game_id: data.gameId, round_id: data.roundId };
}

function moneyOf(data: { currency: string; balances: { cash: string; bonus: string } }) {
  return { currency: data.currency, cash_after: data.balances.cash, bonus_after: data.balances.bonus };
}
