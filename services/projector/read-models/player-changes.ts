import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { accountChanges } from './account-changes.js';
import { bonusChanges } from './bonus-changes.js';
import { paymentChanges } from './payment-changes.js';
import { playChanges } from './play-changes.js';
import { type Change, change } from './rows.js';

/**
 * What an event of a `player-*` stream changes, but for its entry in the timeline and the player's head.
 * Exhaustive: a new event type does not compile until it is said here what the read models show of it.
 */
export function playerChanges(playerId: PlayerId, event: Decoded<PlayerEvent>, position: bigint): readonly Change[] {
  return [...moneyChanges(playerId, event), ...ownChanges(playerId, event, position)];
}

function ownChanges(playerId: PlayerId, event: Decoded<PlayerEvent>, position: bigint): readonly Change[] {
  return match(event)
    .with(
      { type: 'PlayerRegistered' },
      { type: 'PlayerLoggedIn' },
      { type: 'PlayerLoggedOut' },
      { type: 'ConsentsChanged' },
      { type: 'PlayerDetailsChanged' },
      { type: 'PlayerPasswordChanged' },
      { type: 'BlockPlaced' },
      { type: 'BlockLifted' },
      { type: 'LimitChanged' },
      { type: 'LimitIncreaseRequested' },
      { type: 'PlayerForgotten' },
      (e) => accountChanges(playerId, e, position),
    )
    .with(
      { type: 'DepositRequested' },
      { type: 'DepositCompleted' },
      { type: 'DepositFailed' },
      { type: 'DepositReversed' },
      { type: 'WithdrawalRequested' },
      { type: 'WithdrawalApproved' },
      { type: 'WithdrawalRejected' },
      { type: 'WithdrawalCancelled' },
      { type: 'WithdrawalCompleted' },
      { type: 'WithdrawalFailed' },
      { type: 'WithdrawalReversed' },
      (e) => paymentChanges(playerId, e),
    )
    .with(
      { type: 'GameSessionStarted' },
      { type: 'GameSessionEnded' },
      { type: 'BetPlaced' },
      { type: 'WinCredited' },
      { type: 'RoundPlayed' },
      { type: 'TransactionRolledBack' },
      { type: 'RollbackTombstoned' },
      (e) => playChanges(playerId, e),
    )
    .with(
      { type: 'BonusQueued' },
      { type: 'BonusGranted' },
      { type: 'BonusWageringProgressed' },
      { type: 'BonusCompleted' },
      { type: 'BonusCancelled' },
      (e) => bonusChanges(playerId, e),
    )
    .exhaustive();
}

/** Every event that moves money says so in the same two members. */
function moneyChanges(playerId: PlayerId, { revision, data }: Decoded<PlayerEvent>): readonly Change[] {
  if (!('postings' in data)) return [];
  const { cash, bonus, withdrawal, currency: of } = data.balances;
  return [
    change('setBalances', { player_id: playerId, cash, bonus, withdrawal, currency: of, revision }),
    ...data.postings.map(({ account, currency, side, amount }) =>
      change('post', {
        account,
        currency,
        debit: side === 'debit' ? amount : '0',
        credit: side === 'credit' ? amount : '0',
      }),
    ),
  ];
}
