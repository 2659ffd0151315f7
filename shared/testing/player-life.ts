import type { JsonObject } from '../event-store/event-store.js';
import type { PlayerEventOf, PlayerEventType } from '../events/player-events.js';
import type { ProfileEvent } from '../events/profile-events.js';
import {
  BONUS_COST_ACCOUNT,
  bonusAccount,
  cashAccount,
  payoutsAccount,
  pspAccount,
  wagersAccount,
  withdrawalAccount,
} from '../ids/accounts.js';
import type { PlayerId } from '../ids/ids.js';
import { playerStream, profileStream } from '../ids/streams.js';
import { type Amount, add, subtract } from '../money/money.js';
import { credit, debit, type Posting } from '../money/postings.js';
import type { Entry } from './scribe.js';

type Purse = { cash: Amount; bonus: Amount; withdrawal: Amount };

const EUR = 'EUR';
const ROUND = { provider: 'mock', gameId: 'slot_abc', currency: EUR };

/**
 * A player in whose life everything happens at least once, but for what makes its logins worth nothing (`passwordChanged`,
 * `playerForgotten`): every other event type, in an order that makes sense.
 */
export function playerLife(playerId: PlayerId): readonly Entry[] {
  const purse: Purse = { cash: '0.00', bonus: '0.00', withdrawal: '0.00' };
  const [cash, bonus, held] = [cashAccount(playerId), bonusAccount(playerId), withdrawalAccount(playerId)];
  const psp = pspAccount('fake');
  const accounts: { readonly [account: string]: keyof Purse } = {
    [cash]: 'cash',
    [bonus]: 'bonus',
    [held]: 'withdrawal',
  };

  /** Moves an amount between two accounts; the player's own follow. */
  function move(from: string, to: string, amount: Amount) {
    const [source, target] = [accounts[from], accounts[to]];
    if (source !== undefined) purse[source] = subtract(purse[source], amount);
    if (target !== undefined) purse[target] = add(purse[target], amount);
    return moved([debit(from, amount, EUR), credit(to, amount, EUR)]);
  }
  const moved = (postings: readonly Posting[]) => ({
    postings: [...postings],
    balances: { ...purse, currency: EUR },
    answer: { cash: purse.cash, bonus: purse.bonus },
  });
  const payment = (number: number, amount: Amount) => ({
    paymentId: `${playerId}-payment-${number}`,
    psp: 'fake',
    pspReference: `psp-${number}`,
    amount,
    currency: EUR,
  });
  const round = (number: number) => ({
    ...ROUND,
    sessionId: `${playerId}-session-1`,
    roundId: `${playerId}-round-${number}`,
  });
  const id = (number: number) => `${playerId}-t-${number}`;
  const bonusOf = (number: number) => ({
    userBonusId: `${playerId}-bonus-${number}`,
    bonusId: 'welcome_bonus_50',
    templateVersion: 1,
    currency: EUR,
    fastTrackReferences: { activityId: '7' },
  });
  const toCash = (amount: Amount) => ({
    cash: amount,
    bonus: '0.00',
    converted: '0.00',
    cost: '0.00',
    userBonusId: null,
  });
  const fromCash = (amount: Amount) => ({ cash: amount, bonus: '0.00', cost: '0.00', userBonusId: null });
  const house = { wagers: wagersAccount('mock'), payouts: payoutsAccount('mock') };
  const wagering = (number: number, amount: Amount) => ({ userBonusId: bonusOf(number).userBonusId, amount });

  const player = <T extends PlayerEventType>(type: T, data: PlayerEventOf<T>['data']): Entry => ({
    stream: playerStream(playerId),
    draft: { type, data: data as JsonObject },
  });
  const profile = <T extends ProfileEvent['type']>(
    type: T,
    data: Extract<ProfileEvent, { type: T }>['data'],
  ): Entry => ({
    stream: profileStream(playerId),
    draft: { type, data: data as JsonObject },
  });

  return [
    profile('ProfileCreated', {
      email: `jane-${playerId}@example.com`,
      first_name: 'Jane',
      last_name: 'Doe',
      birth_date: '1990-01-31',
      country: 'SE',
      phone: '+46700000000',
      address: '1 "Quoted" Street\\, {Göteborg}',
      currency: EUR,
      ip_address: '192.0.2.1',
      user_agent: 'test',
    }),
    player('PlayerRegistered', { currency: EUR, profileRevision: 0 }),
    player('PlayerLoggedIn', { loginId: `${playerId}-login-1`, impersonated: false }),
    player('ConsentsChanged', {
      consents: {
        email: true,
        sms: false,
        telephone: false,
        post_mail: false,
        site_notification: true,
        push_notification: true,
      },
    }),
    player('DepositRequested', payment(1, '100.00')),
    player('DepositCompleted', { ...payment(1, '100.00'), ...move(psp, cash, '100.00') }),
    player('DepositRequested', payment(2, '30.00')),
    player('DepositFailed', payment(2, '30.00')),
    player('BonusGranted', {
      ...bonusOf(1),
      amount: '50.00',
      wageringRequired: '500.00',
      deposit: null,
      expiresAt: '2099-01-01T00:00:00.000Z',
      ...move(BONUS_COST_ACCOUNT, bonus, '50.00'),
    }),
    player('BonusQueued', { ...bonusOf(2), amount: '20.00' }),
    player('GameSessionStarted', { sessionId: `${playerId}-session-1`, gameId: 'slot_abc', provider: 'mock' }),
    player('BetPlaced', {
      transactionId: id(1),
      ...round(1),
      amount: '10.00',
      funding: fromCash('10.00'),
      wagering: wagering(1, '10.00'),
      ...move(cash, house.wagers, '10.00'),
    }),
    player('BonusWageringProgressed', { ...bonusOf(1), wagered: '10.00', wageringRequired: '500.00' }),
    player('WinCredited', {
      transactionId: id(2),
      referenceTransactionId: id(1),
      ...round(1),
      amount: '20.00',
      roundClosed: true,
      payout: toCash('20.00'),
      ...move(house.payouts, cash, '20.00'),
    }),
    player('BetPlaced', {
      transactionId: id(3),
      ...round(2),
      amount: '5.00',
      funding: fromCash('5.00'),
      wagering: wagering(1, '5.00'),
      ...move(cash, house.wagers, '5.00'),
    }),
    player('BonusWageringProgressed', { ...bonusOf(1), wagered: '15.00', wageringRequired: '500.00' }),
    player('TransactionRolledBack', {
      transactionId: id(4),
      referenceTransactionId: id(3),
      provider: 'mock',
      gameId: 'slot_abc',
      roundId: round(2).roundId,
      original: 'bet',
      sessionId: `${playerId}-session-1`,
      originalAt: '2026-01-02T12:00:00.000Z',
      reopenedBet: null,
      amount: '5.00',
      currency: EUR,
      undone: toCash('5.00'),
      ...move(house.wagers, cash, '5.00'),
    }),
    player('BonusWageringProgressed', { ...bonusOf(1), wagered: '10.00', wageringRequired: '500.00' }),
    player('RollbackTombstoned', {
      transactionId: id(5),
      referenceTransactionId: id(6),
      provider: 'mock',
      roundId: round(3).roundId,
    }),
    player('RoundPlayed', {
      ...round(4),
      roundClosed: true,
      bet: { transactionId: id(7), amount: '10.00', funding: fromCash('10.00'), wagering: wagering(1, '10.00') },
      win: { transactionId: id(8), amount: '0.00', payout: toCash('0.00') },
      ...move(cash, house.wagers, '10.00'),
    }),
    player('BonusCompleted', { ...bonusOf(1), converted: '50.00', excess: '0.00', ...move(bonus, cash, '50.00') }),
    player('BonusGranted', {
      ...bonusOf(2),
      amount: '20.00',
      wageringRequired: '200.00',
      deposit: null,
      expiresAt: '2099-01-01T00:00:00.000Z',
      ...move(BONUS_COST_ACCOUNT, bonus, '20.00'),
    }),
    player('WithdrawalRequested', { ...payment(3, '20.00'), ...move(cash, held, '20.00') }),
    player('BonusCancelled', {
      ...bonusOf(2),
      reason: 'withdrawal',
      forfeited: '20.00',
      ...move(bonus, BONUS_COST_ACCOUNT, '20.00'),
    }),
    player('WithdrawalApproved', payment(3, '20.00')),
    player('WithdrawalCompleted', { ...payment(3, '20.00'), ...move(held, psp, '20.00') }),
    player('WithdrawalReversed', { ...payment(3, '20.00'), ...move(psp, cash, '20.00') }),
    player('WithdrawalRequested', { ...payment(4, '1.00'), ...move(cash, held, '1.00') }),
    player('WithdrawalRejected', { ...payment(4, '1.00'), ...move(held, cash, '1.00') }),
    player('WithdrawalRequested', { ...payment(5, '2.00'), ...move(cash, held, '2.00') }),
    player('WithdrawalCancelled', { ...payment(5, '2.00'), ...move(held, cash, '2.00') }),
    player('WithdrawalRequested', { ...payment(6, '3.00'), ...move(cash, held, '3.00') }),
    player('WithdrawalApproved', payment(6, '3.00')),
    player('WithdrawalFailed', { ...payment(6, '3.00'), ...move(held, cash, '3.00') }),
    player('DepositReversed', { ...payment(1, '100.00'), ...move(cash, psp, '100.00') }),
    profile('ProfileChanged', { address: '2 New Street', phone: '' }),
    player('PlayerDetailsChanged', { profileRevision: 1 }),
    player('BlockPlaced', { reason: 'timeout', until: '2020-01-01T00:00:00.000Z' }),
    player('BlockPlaced', { reason: 'self_exclusion', until: null }),
    player('BlockPlaced', { reason: 'operator', until: null }),
    player('GameSessionEnded', {
      sessionId: `${playerId}-session-1`,
      gameId: 'slot_abc',
      provider: 'mock',
      reason: 'block',
    }),
    player('LimitChanged', { kind: 'loss', period: 'day', amount: '50.00', currency: EUR, cause: 'player' }),
    player('LimitIncreaseRequested', {
      ...{ kind: 'loss', period: 'day', amount: null, currency: EUR },
      effectiveAt: '2099-01-01T00:00:00.000Z',
    }),
    player('BlockLifted', { reason: 'operator', cause: 'operator' }),
    player('PlayerLoggedOut', { loginId: `${playerId}-login-1` }),
  ];
}

/** After a life: the logins before it are worth nothing. */
export function passwordChanged(playerId: PlayerId, passwordRevision = 1): Entry {
  return { stream: playerStream(playerId), draft: { type: 'PlayerPasswordChanged', data: { passwordRevision } } };
}

/** After a life, its profile is to be deleted; then this is the player's last event. */
export function playerForgotten(playerId: PlayerId): Entry {
  return { stream: playerStream(playerId), draft: { type: 'PlayerForgotten', data: { selfExcluded: true } } };
}

/** The balances after a whole life. */
export const LIFE_BALANCES = { cash: '50.00', bonus: '0.00', withdrawal: '0.00', currency: EUR };
