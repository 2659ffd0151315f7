import { notBelowZero, numberOf, thinMessage } from './common.js';
import type { BonusStep, DialectContext, Fact, PaymentFact, ToldMessage } from './fact.js';

/** The developer guide's messages (design, "Fast Track messages"); a waiting bonus is not told. */
export function guideMessagesOf(fact: Fact, of: DialectContext): readonly ToldMessage[] {
  const { playerId: user_id, currency } = of;
  const number = (units: bigint) => numberOf(units, currency);
  const post = (path: string, body: object): ToldMessage => ({
    method: 'POST',
    path: `/v2/integration/${path}`,
    body: { user_id, ...body },
  });
  switch (fact.kind) {
    case 'payment': {
      const { type: payment_type, paymentId: payment_id, units } = fact;
      return [post('payments', { payment_id, payment_type, status: statusOf(fact), amount: number(units), currency })];
    }
    case 'bet':
      return [post('casino', { game_id: fact.gameId, bet: number(fact.units), win: 0 })];
    case 'win':
      return [post('casino', { game_id: fact.gameId, bet: 0, win: number(fact.units) })];
    case 'play':
      return [post('casino', { game_id: fact.bet.gameId, bet: number(fact.bet.units), win: number(fact.win.units) })];
    case 'rollback': {
      const negated = number(-fact.units);
      const moved = fact.of === 'bet' ? { bet: negated, win: 0 } : { bet: 0, win: negated };
      return [post('casino', { game_id: fact.gameId, ...moved })];
    }
    case 'bonus': {
      const event_type = STEPS[fact.step];
      return event_type === null ? [] : [post('bonus', { bonus_id: fact.bonusId, event_type })];
    }
    case 'balances': {
      const [cash, bonus] = [fact.cash, fact.bonus].map((units) => number(notBelowZero(units)));
      return [post('balances', { balance: { cash, bonus, currency } })];
    }
    default:
      return [thinMessage(fact.kind, user_id)];
  }
}

/** A rejected withdrawal is failed to the guide. */
function statusOf({ status }: PaymentFact): string {
  return status === 'rejected' ? 'failed' : status;
}

const STEPS: { readonly [S in BonusStep]: string | null } = {
  queued: null,
  granted: 'granted',
  progress: 'wagering_progress',
  completed: 'completed',
  forfeited: 'cancelled',
  lost: 'cancelled',
};
