import { randomUUID } from 'node:crypto';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import { approveWithdrawal } from '../player/payments.js';
import type { Players } from './players.js';
import { createTurns, type Turns } from './turns.js';

/** A withdrawal that waits for the next step, as the read model has it. */
export type OpenWithdrawal = {
  readonly playerId: PlayerId;
  readonly paymentId: string;
  readonly psp: string;
  readonly status: 'requested' | 'approved';
  readonly amount: string;
  readonly currency: string;
  /** ISO 8601 with milliseconds. */
  readonly requestedAt: string;
};

export type PayoutPorts = {
  /**
   * Oldest first, at most `limit`, those behind `after`; from the read model, so a little late.
   * @throws when Postgres is away.
   */
  openWithdrawals(
    statuses: readonly OpenWithdrawal['status'][],
    limit: number,
    after: OpenWithdrawal | undefined,
  ): Promise<readonly OpenWithdrawal[]>;
  /** Asks the PSP to pay; it takes the same payment id once. @throws when it did not take it. */
  pay(withdrawal: OpenWithdrawal): Promise<void>;
};

/** Takes withdrawals from `requested` (where approval is automatic) and `approved` to the PSP. */
export type Payouts = Turns;

const TURN_MS = 500;
/** A PSP that took the payout is asked again only after this long without its callback; one that refused, too. */
const ASK_AGAIN_MS = 10_000;
const BATCH = 100;

/**
 * Durable without a list of its own: what is open is in the events (read through the read model), the PSP takes an id
 * once, and its callback closes it. A crash anywhere only means that it is asked again.
 */
export function createPayouts(
  ports: PayoutPorts,
  players: Players,
  options: {
    readonly automatic: boolean;
    readonly logger: Logger;
    readonly nowMs: () => number;
    /** Between two looks at the read model, when nobody wakes it. */
    readonly turnMs?: number;
    /** Withdrawals a turn. */
    readonly batch?: number;
  },
): Payouts {
  const { automatic, logger, nowMs, turnMs = TURN_MS, batch = BATCH } = options;
  const askedAt = new Map<string, number>();
  /** Where the last look ended: many that are stuck must not keep us from those behind them. */
  let last: OpenWithdrawal | undefined;
  return createTurns(turn, turnMs);

  async function turn(): Promise<void> {
    try {
      const open = await ports.openWithdrawals(automatic ? ['requested', 'approved'] : ['approved'], batch, last);
      last = open.length === batch ? open.at(-1) : undefined;
      const due = open.filter(
        ({ paymentId, status }) => nowMs() - (askedAt.get(keyOf(paymentId, status)) ?? 0) > ASK_AGAIN_MS,
      );
      await Promise.all(due.map(step));
      for (const [key, at] of askedAt) if (nowMs() - at > ASK_AGAIN_MS) askedAt.delete(key);
    } catch (error) {
      logger.warn({ err: error }, 'withdrawals wait: the read model cannot be read');
    }
  }

  async function step(withdrawal: OpenWithdrawal): Promise<void> {
    const { paymentId, status } = withdrawal;
    askedAt.set(keyOf(paymentId, status), nowMs());
    try {
      if (status === 'approved' || (await approve(withdrawal))) {
        askedAt.set(keyOf(paymentId, 'approved'), nowMs());
        await ports.pay(withdrawal);
      }
    } catch (error) {
      logger.warn({ err: error, paymentId }, 'a withdrawal waits for its next try');
    }
  }

  /** True when it is approved now; a refusal (a fraud block, cash below zero) leaves it for the back office. */
  async function approve({ playerId, paymentId }: OpenWithdrawal): Promise<boolean> {
    const now = new Date(nowMs()).toISOString();
    const id = randomUUID();
    const context = { now, correlationId: id, causationId: id, actor: 'system:withdrawals' };
    const { decision } = await players.decide(playerId, context, (player) => approveWithdrawal(player, paymentId));
    return decision.ok;
  }
}

function keyOf(paymentId: string, status: string): string {
  return `${paymentId} ${status}`;
}
