import { z } from 'zod';
import { StepFailed } from './api.js';

/** What a message tells, in words that are the same in every profile. */
export type Told =
  | { readonly kind: 'registered' | 'logged_in' | 'other' }
  | { readonly kind: 'payment'; readonly type: string; readonly status: string; readonly amount: number }
  | { readonly kind: 'casino'; readonly bet: number; readonly win: number }
  | {
      readonly kind: 'bonus';
      readonly bonusId: string;
      readonly step: string;
      /** Fast Track's own id of the credit, where the profile gives it back. */
      readonly creditId?: string | undefined;
    }
  | { readonly kind: 'balances'; readonly cash: number; readonly bonus: number };

export type ToldOf<K extends Told['kind']> = Extract<Told, { readonly kind: K }>;

/** How to read Fast Track's messages in one profile. */
export type Dialect = {
  /** A `play` is told as a bet and a win, not as one message with both. */
  readonly splitsPlays: boolean;
  /** A campaign can leave the amount to the bonus's template, and every message of a bonus names its credit. */
  readonly namesCredits: boolean;
  /** What Fast Track's campaign asks then. */
  readonly creditCall: string;
  read(path: string, body: unknown): Told;
};

const amount = z.number();

const guidePayment = z.object({ payment_type: z.string(), status: z.string(), amount });
const guideCasino = z.object({ bet: amount, win: amount });
const guideBonus = z.object({ bonus_id: z.string(), event_type: z.string() });
const guideBalances = z.object({ balance: z.object({ cash: amount, bonus: amount }) });

const guide: Dialect = {
  splitsPlays: false,
  namesCredits: false,
  creditCall: 'POST /operator/bonus-credit',
  read(path, body) {
    switch (path) {
      case '/v2/integration/payments': {
        const { payment_type: type, status, amount: sum } = guidePayment.parse(body);
        return { kind: 'payment', type, status, amount: sum };
      }
      case '/v2/integration/casino':
        return { kind: 'casino', ...guideCasino.parse(body) };
      case '/v2/integration/bonus': {
        const { bonus_id: bonusId, event_type: step } = guideBonus.parse(body);
        return { kind: 'bonus', bonusId, step };
      }
      case '/v2/integration/balances':
        return { kind: 'balances', ...guideBalances.parse(body).balance };
      default:
        return readUser(path);
    }
  },
};

const nativePayment = z.object({ type: z.enum(['Credit', 'Debit']), status: z.string(), amount });
const nativeCasino = z.object({ type: z.enum(['Bet', 'Win']), amount });
const nativeBonus = z.object({
  bonus_id: z.string(),
  status: z.string(),
  fasttrack_references: z.object({ id: z.string() }).optional(),
});
const wallet = z.object({ amount });
const nativeBalances = z.object({ balances: z.tuple([wallet, wallet]) });

const NATIVE_STEPS: { readonly [status: string]: string } = {
  ...{ Requested: 'requested', Approved: 'completed' },
  ...{ Created: 'granted', Ongoing: 'wagering_progress', Forfeited: 'cancelled' },
};

const native: Dialect = {
  splitsPlays: true,
  namesCredits: true,
  creditCall: 'POST /bonus/credit',
  read(path, body) {
    switch (path) {
      case '/v1/integration/payment': {
        const { type, status, amount: sum } = nativePayment.parse(body);
        return {
          kind: 'payment',
          type: type === 'Credit' ? 'deposit' : 'withdrawal',
          status: NATIVE_STEPS[status] ?? status,
          amount: sum,
        };
      }
      case '/v1/integration/casino': {
        const { type, amount: sum } = nativeCasino.parse(body);
        return { kind: 'casino', bet: type === 'Bet' ? sum : 0, win: type === 'Win' ? sum : 0 };
      }
      case '/v1/integration/bonus': {
        const { bonus_id: bonusId, status, fasttrack_references } = nativeBonus.parse(body);
        return { kind: 'bonus', bonusId, step: NATIVE_STEPS[status] ?? status, creditId: fasttrack_references?.id };
      }
      case '/v1/integration/user/balances': {
        const [cash, bonus] = nativeBalances.parse(body).balances;
        return { kind: 'balances', cash: cash.amount, bonus: bonus.amount };
      }
      default:
        return readUser(path);
    }
  },
};

/** The thin messages are the same everywhere. */
function readUser(path: string): Told {
  if (path === '/v2/integration/user') return { kind: 'registered' };
  return { kind: path === '/v2/integration/login' ? 'logged_in' : 'other' };
}

const DIALECTS = new Map<string, Dialect>([
  ['guide', guide],
  ['native', native],
]);

/** @throws StepFailed when the demo cannot read what the platform tells. */
export function dialectOf(profile: string): Dialect {
  const dialect = DIALECTS.get(profile);
  if (dialect === undefined) throw new StepFailed(`the demo cannot read the profile ${profile}`);
  return dialect;
}
