import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Players } from './players.js';
import { createTurns, type Turns } from './turns.js';

/** Something of a player's that falls due at a time, as the read model has it. */
export type DueTime = {
  readonly playerId: PlayerId;
  /** bonus, block, limit or game_session; with the subject, what it is. */
  readonly kind: string;
  readonly subject: string;
  /** ISO 8601 with milliseconds. */
  readonly dueAt: string;
};

/** What was due before a moment: oldest first, at most `limit`, behind `after`; from the read model, so a little late. */
export type FindDueTimes = (before: string, limit: number, after: DueTime | undefined) => Promise<readonly DueTime[]>;

/**
 * Runs `work` if no other instance does so now; false when one does. Whoever dies, hangs or is paused in its work loses
 * the lease.
 *
 * @throws when Postgres is away, or the lease was lost.
 */
export type TimerLease = (work: (findDue: FindDueTimes) => Promise<void>) => Promise<boolean>;

const TURN_MS = 1_000;
/** A turn takes up no further player after this long: well before a silent holder loses the lease. */
const TURN_MAX_MS = 1_000;
/** What is still due in the read model this long after its player was asked is asked again. */
const ASK_AGAIN_MS = 10_000;
const BATCH = 200;
const AT_ONCE = 8;

/**
 * Settles what falls due without a request: bonuses expire, time-outs end, limits rise, idle game sessions end. The
 * player's history decides, by the clock; so a player who is asked too early, twice, or by two instances is settled once,
 * and without a lease it would still be right, only twice the work.
 */
export function createTimers(
  lease: TimerLease,
  players: Pick<Players, 'settle'>,
  options: {
    readonly logger: Logger;
    readonly nowMs: () => number;
    readonly turnMs?: number;
    readonly turnMaxMs?: number;
    /** Due times a turn. */
    readonly batch?: number;
  },
): Turns {
  const { logger, nowMs, turnMs = TURN_MS, turnMaxMs = TURN_MAX_MS, batch = BATCH } = options;
  /** When each due time's player was asked: the read model may need a moment to hear of it. */
  const askedAt = new Map<string, number>();
  const asking = new Map<PlayerId, Promise<void>>();
  /** Where the last look ended: players who are stuck must not keep us from those behind them. */
  let last: DueTime | undefined;
  const turns = createTurns(turn, turnMs);
  return {
    ...turns,
    async stop() {
      await turns.stop();
      await Promise.all(asking.values());
    },
  };

  async function turn(): Promise<void> {
    try {
      await lease(settleDue);
      for (const [key, at] of askedAt) if (nowMs() - at > ASK_AGAIN_MS) askedAt.delete(key);
    } catch (error) {
      logger.warn({ err: error }, 'timers wait: the read model cannot be read, or the lease was lost');
    }
  }

  /** Those who take long go on behind the turn, so that nobody's turn waits for them. */
  async function settleDue(findDue: FindDueTimes): Promise<void> {
    const until = performance.now() + turnMaxMs;
    const due = await findDue(new Date(nowMs()).toISOString(), batch, last);
    const waiting = due.values();
    const workers = Array.from({ length: AT_ONCE }, () => work(waiting, until));
    const done = new AbortController();
    await Promise.race([
      Promise.all(workers),
      sleep(turnMaxMs, undefined, { signal: done.signal }).catch(() => undefined),
    ]);
    done.abort();
    // At the end of what is due, or none of it was left: from the oldest again.
    if (due.length < batch && waiting.next().done === true) last = undefined;
  }

  async function work(waiting: Iterator<DueTime>, until: number): Promise<void> {
    while (performance.now() < until) {
      const next = waiting.next();
      if (next.done === true) return;
      last = next.value;
      await ask(next.value);
    }
  }

  async function ask({ playerId, kind, subject, dueAt }: DueTime): Promise<void> {
    const key = [playerId, kind, subject, dueAt].join(' ');
    const asked = askedAt.get(key);
    if (asking.has(playerId) || (asked !== undefined && nowMs() - asked <= ASK_AGAIN_MS)) return;
    askedAt.set(key, nowMs());
    const settling = settle(playerId).finally(() => asking.delete(playerId));
    asking.set(playerId, settling);
    await settling;
  }

  async function settle(playerId: PlayerId): Promise<void> {
    try {
      const now = new Date(nowMs()).toISOString();
      const id = randomUUID();
      const context = { now, correlationId: id, causationId: id, actor: 'system:timers' };
      const { decision } = await players.settle(playerId, context);
      const types = decision.ok ? decision.events.map(({ type }) => type) : [];
      if (types.length > 0) logger.debug({ playerId, types }, 'what was due is recorded');
    } catch (error) {
      logger.warn({ err: error, playerId }, 'what is due for a player waits for its next try');
    }
  }
}
