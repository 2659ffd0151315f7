import type { Balances, PlayerEvent } from '../../../shared/events/player-events.js';
import { bonusAccount, cashAccount, withdrawalAccount } from '../../../shared/ids/accounts.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { type Amount, add, subtract } from '../../../shared/money/money.js';
import type { Posting } from '../../../shared/money/postings.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { evolve } from './evolve.js';
import type { Past } from './past.js';
import type { RegisteredPlayer } from './state.js';
import type { Moment } from './time.js';

/** A registered player in the middle of a decision: each recorded event is at once part of what is looked at. */
export type Unfolding = {
  readonly playerId: PlayerId;
  readonly now: Moment;
  readonly catalogue: Catalogue;
  /** As of before this decision; what a decision records is in `state`. */
  readonly past: Past;
  /** As it is after what was recorded so far. */
  readonly state: RegisteredPlayer;
  readonly events: readonly PlayerEvent[];
  record(event: PlayerEvent): void;
  /** Puts an event in the place of a recorded one that `evolve` takes for the same. */
  amend(place: number, event: PlayerEvent): void;
};

export function unfold(
  playerId: PlayerId,
  state: RegisteredPlayer,
  past: Past,
  now: Moment,
  catalogue: Catalogue,
): Unfolding {
  let current = state;
  const events: PlayerEvent[] = [];
  return {
    playerId,
    now,
    catalogue,
    past,
    get state() {
      return current;
    },
    events,
    record(event) {
      const next = evolve(current, event, now, past);
      if (next.status === 'none') throw new Error(`${event.type} ended the player`);
      current = next;
      events.push(event);
    },
    amend(place, event) {
      events[place] = event;
    },
  };
}

/** What an event that moves money carries: its legs, and the player's balances after them. */
export function moving(
  { playerId, state }: Pick<Unfolding, 'playerId' | 'state'>,
  postings: readonly Posting[],
): { postings: Posting[]; balances: Balances } {
  const { cash, bonus, withdrawal, currency } = state.balances;
  return {
    postings: [...postings],
    balances: {
      cash: after(cash, cashAccount(playerId), postings),
      bonus: after(bonus, bonusAccount(playerId), postings),
      withdrawal: after(withdrawal, withdrawalAccount(playerId), postings),
      currency,
    },
  };
}

/** A player's account is what the house owes: a credit raises it. */
function after(balance: Amount, account: string, postings: readonly Posting[]): Amount {
  return postings
    .filter((posting) => posting.account === account)
    .reduce((sum, { side, amount }) => (side === 'credit' ? add(sum, amount) : subtract(sum, amount)), balance);
}
