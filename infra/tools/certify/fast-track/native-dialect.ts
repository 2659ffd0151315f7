import { notBelowZero, numberOf, thinMessage } from './common.js';
import type { BonusStep, DialectContext, Fact, PaymentFact, RoundFact, ToldMessage } from './fact.js';

/** Fast Track's published contract. Names of games and vendors are the brand's, so they are left to staging's schemas. */
export function nativeMessagesOf(fact: Fact, of: DialectContext): readonly ToldMessage[] {
  const { playerId: user_id, currency } = of;
  const number = (units: bigint) => numberOf(units, currency);
  const post = (path: string, body: object): ToldMessage => ({
    method: 'POST',
    path: `/v1/integration/${path}`,
    body: { user_id, ...body },
  });
  const casino = (type: 'Bet' | 'Win', round: RoundFact, status: 'Approved' | 'Rollback' = 'Approved', more = {}) =>
    post('casino', {
      ...{ activity_id: activityId(of, round.transactionId), type, status, round_id: round.roundId },
      ...{ is_round_end: round.roundEnd, amount: number(round.units), wager_amount: number(round.cash) },
      ...{ bonus_wager_amount: number(round.units - round.cash), currency, game_id: round.gameId, ...more },
    });
  switch (fact.kind) {
    case 'payment': {
      const type = fact.type === 'deposit' ? 'Credit' : 'Debit';
      const { paymentId: payment_id, units } = fact;
      return [post('payment', { payment_id, type, status: STATUSES[fact.status], amount: number(units), currency })];
    }
    case 'bet':
      return [casino('Bet', fact)];
    case 'win':
      return [casino('Win', fact)];
    case 'play':
      return [casino('Bet', fact.bet), casino('Win', fact.win)];
    case 'rollback': {
      const { original } = fact;
      const meta = { original_activity_id: activityId(of, original), original_transaction_id: original };
      return [casino(fact.of === 'bet' ? 'Bet' : 'Win', fact, 'Rollback', { meta })];
    }
    case 'bonus': {
      const { bonusId: bonus_id, userBonusId: user_bonus_id, step, units } = fact;
      return [post('bonus', { bonus_id, user_bonus_id, status: STEPS[step], amount: number(units), currency })];
    }
    case 'balances': {
      const wallet = (key: string, units: bigint) => ({ key, amount: number(notBelowZero(units)), currency });
      const balances = [wallet('real_money', fact.cash), wallet('bonus_money', fact.bonus)];
      return [post('user/balances', { balances })];
    }
    default:
      return [thinMessage(fact.kind, user_id)];
  }
}

/** A provider's ids are its own, and may come again at another player. */
function activityId({ playerId, provider }: DialectContext, transactionId: string): string {
  return `${playerId}:${provider}:${transactionId}`;
}

const STATUSES: { readonly [S in PaymentFact['status']]: string } = {
  requested: 'Requested',
  completed: 'Approved',
  failed: 'Rejected',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  reversed: 'Rollback',
};

const STEPS: { readonly [S in BonusStep]: string } = {
  queued: 'Pending',
  granted: 'Created',
  progress: 'Ongoing',
  completed: 'Completed',
  forfeited: 'Forfeited',
  lost: 'Lost',
};
