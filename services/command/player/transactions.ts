import type { Funding, Payout, PlayerEvent, PlayerEventOf } from '../../../shared/events/player-events.js';
import type { Amount } from '../../../shared/money/money.js';

/** The balance a provider was answered; a replay answers it again. */
export type AnsweredBalance = { readonly cash: Amount; readonly bonus: Amount };

export type BetRecord = {
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

export type WinRecord = {
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

/** What is remembered of a provider's transaction of this player; undefined = never seen. */
export type TransactionReader = (provider: string, transactionId: string) => TransactionRecord | undefined;

/** All of one player's transactions, by provider and id. One space for bets, wins, rollbacks and tombstones. */
export type TransactionMemory = Map<string, TransactionRecord>;

export function readerOf(memory: TransactionMemory): TransactionReader {
  return (provider, transactionId) => memory.get(key(provider, transactionId));
}

/** Notes what an event says about transactions. The memory is changed in place: it is large, and one owner holds it. */
export function remember(memory: TransactionMemory, event: PlayerEvent): void {
  switch (event.type) {
    case 'BetPlaced': {
      const { provider, transactionId, amount, currency, gameId, roundId, funding, wagering, answer } = event.data;
      const bet = { amount, currency, gameId, roundId, funding, wagering, answer };
      memory.set(key(provider, transactionId), {
        kind: 'bet',
        ...bet,
        playedWith: null,
        standingWins: 0,
        rollback: null,
      });
      return;
    }
    case 'WinCredited': {
      const { provider, transactionId, referenceTransactionId, amount, currency, gameId, roundId, payout, answer } =
        event.data;
      const win = { reference: referenceTransactionId, amount, currency, gameId, roundId, payout, answer };
      memory.set(key(provider, transactionId), { kind: 'win', ...win, playedWith: null, rollback: null });
      countWin(memory, provider, referenceTransactionId, 1);
      return;
    }
    case 'RoundPlayed': {
      const { provider, bet, win, currency, gameId, roundId, answer } = event.data;
      const shared = { currency, gameId, roundId, answer, rollback: null };
      memory.set(key(provider, bet.transactionId), {
        kind: 'bet',
        ...shared,
        amount: bet.amount,
        funding: bet.funding,
        wagering: bet.wagering,
        playedWith: win.transactionId,
        standingWins: 1,
      });
      memory.set(key(provider, win.transactionId), {
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
      const original = memory.get(key(provider, referenceTransactionId));
      if (original?.kind === 'bet' || original?.kind === 'win') {
        memory.set(key(provider, referenceTransactionId), { ...original, rollback: answer });
        if (original.kind === 'win') countWin(memory, provider, original.reference, -1);
      }
      memory.set(key(provider, transactionId), {
        kind: 'rollback',
        reference: referenceTransactionId,
        roundId,
        answer,
      });
      return;
    }
    case 'RollbackTombstoned': {
      const { provider, transactionId, referenceTransactionId, roundId } = event.data;
      memory.set(key(provider, transactionId), { kind: 'unseen_rollback', reference: referenceTransactionId, roundId });
      // Last: where both ids are one, what must hold is that it never moves anything.
      memory.set(key(provider, referenceTransactionId), { kind: 'tombstone' });
      return;
    }
    default: // No other event names a provider's transaction.
  }
}

function countWin(memory: TransactionMemory, provider: string, betId: string, change: 1 | -1): void {
  const bet = memory.get(key(provider, betId));
  if (bet?.kind === 'bet') memory.set(key(provider, betId), { ...bet, standingWins: bet.standingWins + change });
}

/** Neither part can contain a space. */
function key(provider: string, transactionId: string): string {
  return `${provider} ${transactionId}`;
}
