import { type Block, placeBlock } from '../account.js';
import { type Bet, placeBet } from '../bets.js';
import { creditBonus } from '../bonuses.js';
import { endGameSession, startGameSession } from '../game-sessions.js';
import { type LimitRequest, setLimit } from '../limits.js';
import { reportPayment, requestDeposit, requestWithdrawal } from '../payments.js';
import { type Play, playRound } from '../plays.js';
import { type Rollback, rollBack } from '../rollbacks.js';
import { creditWin, type Win } from '../wins.js';
import { PLAYER, type Step } from './given.js';

// Decisions as tests say them: what is left out is the ordinary case.

export const BET: Bet = {
  provider: 'mock',
  transactionId: 't-1',
  sessionId: 's-1',
  gameId: 'slot_abc',
  roundId: 'r-1',
  amount: '10.00',
  currency: 'EUR',
};

export function bet(change: Partial<Bet> = {}) {
  return ((player) => placeBet(player, { ...BET, ...change })) satisfies Step;
}

export function win(change: Partial<Win> = {}) {
  const ordinary = { ...BET, transactionId: 't-2', referenceTransactionId: 't-1', amount: '20.00', roundClosed: true };
  return ((player) => creditWin(player, { ...ordinary, ...change })) satisfies Step;
}

export function rollback(change: Partial<Rollback> = {}) {
  const ordinary = { provider: 'mock', transactionId: 't-3', referenceTransactionId: 't-1', roundId: 'r-1' };
  return ((player) => rollBack(player, { ...ordinary, ...change })) satisfies Step;
}

export function play(change: Partial<Play> = {}) {
  const { provider, sessionId, gameId, roundId, currency } = BET;
  const ordinary = {
    ...{ provider, sessionId, gameId, roundId, currency, roundClosed: true },
    bet: { transactionId: 't-4', amount: '10.00' },
    win: { transactionId: 't-5', amount: '20.00' },
  };
  return ((player) => playRound(player, { ...ordinary, ...change })) satisfies Step;
}

export function session(sessionId = 's-1', gameId = 'slot_abc') {
  return ((player) => startGameSession(player, { sessionId, gameId, provider: 'mock' })) satisfies Step;
}

export function sessionEnded(sessionId = 's-1') {
  return ((player) => endGameSession(player, sessionId)) satisfies Step;
}

export function blocked(block: Block = { reason: 'operator', until: null }) {
  return ((player) => placeBlock(player, block)) satisfies Step;
}

export function depositRequested(amount = '100.00', name = 'd1', currency = 'EUR') {
  const paymentId = `${PLAYER}-${name}`;
  return ((player) => requestDeposit(player, { paymentId, psp: 'fake', amount, currency })) satisfies Step;
}

export function reported(status: 'completed' | 'failed' | 'reversed', name = 'd1') {
  const report = { psp: 'fake', paymentId: `${PLAYER}-${name}`, pspReference: 'ref', status };
  return ((player) => reportPayment(player, report)) satisfies Step;
}

export function withdrawalRequested(amount = '20.00', name = 'w1') {
  const paymentId = `${PLAYER}-${name}`;
  return ((player) => requestWithdrawal(player, { paymentId, psp: 'fake', amount, currency: 'EUR' })) satisfies Step;
}

export function bonus(amount = '50.00', userBonusId = 'ub-1', bonusId = 'easy_bonus') {
  return ((player) => creditBonus(player, { userBonusId, bonusId, amount, fastTrackReferences: {} })) satisfies Step;
}

export function limit(kind: LimitRequest['kind'], period: LimitRequest['period'], amount: string | null) {
  return ((player) => setLimit(player, { kind, period, amount })) satisfies Step;
}

/** 100 EUR in cash and an open game session. */
export const READY_TO_PLAY: readonly Step[] = [depositRequested(), reported('completed'), session()];
