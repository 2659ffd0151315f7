import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { done, type PlayerDecision } from './decision.js';
import type { AnsweredBalance } from './transactions.js';
import type { Unfolding } from './unfolding.js';

/** What a provider is told: the balance after the whole decision, or the first answer again. */
export type BalanceAnswer = {
  readonly balance: AnsweredBalance;
  readonly currency: string;
  readonly replayed: boolean;
};

/** The events that keep what the provider was answered, so that a replay answers it byte for byte. */
export type AnsweredEvent = PlayerEventOf<'BetPlaced' | 'WinCredited' | 'RoundPlayed' | 'TransactionRolledBack'>;

/** What a provider sees of the balances. */
export function visible({ state }: Unfolding): AnsweredBalance {
  return { cash: state.balances.cash, bonus: state.balances.bonus };
}

/**
 * Records a transaction and then what follows from it (a bet may complete a bonus). The answer that the event keeps is
 * the balance after all of that, so it is filled in last; `evolve` does not look at it.
 */
export function answerAfter(
  unfolding: Unfolding,
  event: AnsweredEvent,
  follow: () => void,
): PlayerDecision<BalanceAnswer> {
  const place = unfolding.events.length;
  unfolding.record(event);
  follow();
  const balance = visible(unfolding);
  // The same event but for its answer, so it is still of its type.
  unfolding.amend(place, { ...event, data: { ...event.data, answer: balance } } as AnsweredEvent);
  return done(unfolding, { balance, currency: unfolding.state.balances.currency, replayed: false });
}
