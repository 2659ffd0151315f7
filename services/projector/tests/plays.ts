import type { JsonObject } from '../../../shared/event-store/event-store.js';
import type { PlayerEventOf, PlayerEventType } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Entry } from '../../../shared/testing/scribe.js';

/** The plays of one player as tests say them: no leg moves, what is left out is the ordinary case. */
export function playsOf(playerId: PlayerId) {
  const EUR = 'EUR';
  const round = { provider: 'mock', sessionId: 's-1', gameId: 'slot_abc', roundId: 'r-1', currency: EUR };
  const moved = {
    postings: [],
    balances: { cash: '0.00', bonus: '0.00', withdrawal: '0.00', currency: EUR },
    answer: { cash: '0.00', bonus: '0.00' },
  };
  const funding = { cash: '0.00', bonus: '0.00', userBonusId: null };
  const payout = { ...funding, converted: '0.00', cost: '0.00' };
  let transactions = 0;
  const id = () => {
    transactions += 1;
    return `${playerId}-t-${transactions}`;
  };
  const entry = <T extends PlayerEventType>(type: T, data: PlayerEventOf<T>['data']): Entry => ({
    stream: playerStream(playerId),
    draft: { type, data: data as JsonObject },
  });

  return {
    registered: () => entry('PlayerRegistered', { currency: EUR, profileRevision: 0 }),
    session: (sessionId = 's-1') => entry('GameSessionStarted', { sessionId, gameId: 'slot_abc', provider: 'mock' }),
    sessionEnded: (sessionId = 's-1') =>
      entry('GameSessionEnded', { sessionId, gameId: 'slot_abc', provider: 'mock', reason: 'player' }),
    bet: (amount: string, own: Partial<typeof round> = {}) =>
      entry('BetPlaced', { transactionId: id(), ...round, amount, funding, wagering: null, ...moved, ...own }),
    win: (amount: string, own: Partial<typeof round> & { roundClosed?: boolean } = {}) =>
      entry('WinCredited', {
        ...{ transactionId: id(), referenceTransactionId: 't', ...round, amount, roundClosed: false, payout, ...moved },
        ...own,
      }),
    play: (stake: string, win: string, own: Partial<typeof round> & { roundClosed?: boolean } = {}) =>
      entry('RoundPlayed', {
        ...{ ...round, roundClosed: true, ...moved },
        bet: { transactionId: id(), amount: stake, funding, wagering: null },
        win: { transactionId: id(), amount: win, payout },
        ...own,
      }),
    rollback: (
      original: 'bet' | 'win',
      amount: string,
      own: Partial<PlayerEventOf<'TransactionRolledBack'>['data']> = {},
    ) =>
      entry('TransactionRolledBack', {
        ...{ transactionId: id(), referenceTransactionId: 't', ...round, original, amount, ...moved },
        ...{ originalAt: null, reopenedBet: null, undone: null },
        ...own,
      }),
  };
}
