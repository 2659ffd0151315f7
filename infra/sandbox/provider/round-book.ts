import type { WalletCall } from './wallet-client.js';

/**
 * Where a round stands. `bet_sent` and `play_sent`: a call is out and its outcome unknown. `win_owed` and
 * `rollback_owed`: the call must succeed, however long it takes. The rest are ends.
 */
export type RoundState =
  | 'bet_sent'
  | 'play_sent'
  | 'win_owed'
  | 'rollback_owed'
  | 'settled'
  | 'rolled_back'
  | 'refused'
  | 'win_refused'
  | 'rollback_refused';

export type Round = {
  readonly round_id: string;
  readonly player_id: string;
  /** The bet's, then the win's. */
  readonly transaction_ids: readonly string[];
  readonly stake: string;
  readonly win: string;
  readonly outcome: string;
  readonly state: RoundState;
  /** The call that is out or owed; null at an end. */
  readonly call: WalletCall | null;
};

/** The provider's own books: what it must still do, and how its rounds ended. */
export type RoundBook = {
  apply(round: Round): void;
  get(roundId: string): Round | undefined;
  open(): readonly Round[];
};

const ROUNDS_REMEMBERED_MAX = 100_000;

export function createRoundBook(): RoundBook {
  const open = new Map<string, Round>();
  const ended = new Map<string, Round>();
  return {
    apply(round) {
      if (round.call !== null) {
        open.set(round.round_id, round);
        return;
      }
      open.delete(round.round_id);
      ended.set(round.round_id, round);
      const oldest = ended.size > ROUNDS_REMEMBERED_MAX ? ended.keys().next() : undefined;
      if (oldest && !oldest.done) ended.delete(oldest.value);
    },
    get: (roundId) => open.get(roundId) ?? ended.get(roundId),
    open: () => [...open.values()],
  };
}
