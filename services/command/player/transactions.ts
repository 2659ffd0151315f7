import type { Funding, Payout, PlayerEvent, PlayerEventOf } from '../../../shared/events/player-events.js';
import type { Amount } from '../../../shared/money/money.js';

/** The balance a provider was answered; a replay answers it again. */
export type AnsweredBalance = { readonly cash: Amount; readonly bonus: Amount };

/** When and in which game session it was recorded: where its rollback is counted, too. */
type Recorded = { readonly at: string; readonly sessionId: string };

export type BetRecord = Recorded & {
  readonly kind: 'bet';
  readonly amount: Amount;
  readonly currency: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly funding: Funding;
  readonly wagering: PlayerEventOf<'BetPlaced'>['data']['wagering'];
  readonly answer: AnsweredBalance;
  /** The other transaction of the `play` it came with. */
  readonly playedWith: string | null;
  readonly standingWins: number;
  readonly rollback: AnsweredBalance | null;
};

export type WinRecord = Recorded & {
  readonly kind: 'win';
  readonly reference: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly payout: Payout;
  readonly answer: AnsweredBalance;
  readonly playedWith: string | null;
  readonly rollback: AnsweredBalance | null;
};

export type TransactionRecord =
  | BetRecord
  | WinRecord
  | {
      readonly kind: 'rollback';
      readonly reference: string;
      readonly roundId: string;
      readonly answer: AnsweredBalance;
    }
  /** A rollback that named what had not been seen: each repeat gets the same refusal. */
  | { readonly kind: 'unseen_rollback'; readonly reference: string; readonly roundId: string }
  /** The name that such a rollback burned. */
  | { readonly kind: 'tombstone' };

/** One player's transactions by `transactionKey`. One space for bets, wins, rollbacks and tombstones. */
export type TransactionMemory = {
  get(key: string): TransactionRecord | undefined;
  set(key: string, record: TransactionRecord): unknown;
};

/**
 * Notes what an event, recorded at this moment, says about transactions. The memory is changed in place: it is large,
 * and one owner holds it.
 */
export function remember(memory: TransactionMemory, event: PlayerEvent, at: string): void {
  switch (event.type) {
    case 'BetPlaced': {
      const { provider, transactionId, amount, currency, sessionId, gameId, roundId, funding, wagering, answer } =
        event.data;
      memory.set(transactionKey(provider, transactionId), {
        kind: 'bet',
        at,
        amount,
        currency,
        sessionId,
        gameId,
        roundId,
        funding,
        wagering,
        answer,
        playedWith: null,
        standingWins: 0,
        rollback: null,
      });
      return;
    }
    case 'WinCredited': {
      const { provider, transactionId, referenceTransactionId, amount, currency, sessionId, gameId, roundId } =
        event.data;
      const { payout, answer } = event.data;
      memory.set(transactionKey(provider, transactionId), {
        kind: 'win',
        at,
        reference: referenceTransactionId,
        amount,
        currency,
        sessionId,
        gameId,
        roundId,
        payout,
        answer,
        playedWith: null,
        rollback: null,
      });
      countWin(memory, provider, referenceTransactionId, 1);
      return;
    }
    case 'RoundPlayed': {
      const { provider, bet, win, currency, sessionId, gameId, roundId, answer } = event.data;
      const shared = { at, currency, sessionId, gameId, roundId, answer, rollback: null };
      memory.set(transactionKey(provider, bet.transactionId), {
        kind: 'bet',
        ...shared,
        amount: bet.amount,
        funding: bet.funding,
        wagering: bet.wagering,
        playedWith: win.transactionId,
        standingWins: 1,
      });
      memory.set(transactionKey(provider, win.transactionId), {
        kind: 'win',
        ...shared,
        reference: bet.transactionId,
        amount: win.amount,
        payout: win.payout,
        playedWith: bet.transactionId,
      });
      return;
    }
    case 'TransactionRolledBack': {
      const { provider, transactionId, referenceTransactionId, roundId, answer } = event.data;
      const original = memory.get(transactionKey(provider, referenceTransactionId));
      if (original?.kind === 'bet' || original?.kind === 'win') {
        memory.set(transactionKey(provider, referenceTransactionId), { ...original, rollback: answer });
        if (original.kind === 'win') countWin(memory, provider, original.reference, -1);
      }
      memory.set(transactionKey(provider, transactionId), {
        kind: 'rollback',
        reference: referenceTransactionId,
        roundId,
        answer,
      });
      return;
    }
    case 'RollbackTombstoned': {
      const { provider, transactionId, referenceTransactionId, roundId } = event.data;
      memory.set(transactionKey(provider, transactionId), {
        kind: 'unseen_rollback',
        reference: referenceTransactionId,
        roundId,
      });
      // Last: where both ids are one, what must hold is that it never moves anything.
      memory.set(transactionKey(provider, referenceTransactionId), { kind: 'tombstone' });
      return;
    }
    default: // No other event names a provider's transaction.
  }
}

function countWin(memory: TransactionMemory, provider: string, betId: string, change: 1 | -1): void {
  const bet = memory.get(transactionKey(provider, betId));
  if (bet?.kind === 'bet')
    memory.set(transactionKey(provider, betId), { ...bet, standingWins: bet.standingWins + change });
}

/** How a provider's transaction is named among one player's. Neither part can contain a space. */
export function transactionKey(provider: string, transactionId: string): string {
  return `${provider} ${transactionId}`;
}
