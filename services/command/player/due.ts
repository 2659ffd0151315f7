import { cancelBonus, grantNextInQueue } from './bonus-lifecycle.js';
import { addMilliseconds } from './time.js';
import type { Unfolding } from './unfolding.js';

/** A game session that nobody used for this long has ended. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;

/** Records what should have happened by now: expired bonuses, time-outs that ended, raised limits, idle game sessions. */
export function recordWhatIsDue(unfolding: Unfolding): void {
  endTimeouts(unfolding);
  raiseLimits(unfolding);
  endIdleSessions(unfolding);
  expireBonus(unfolding);
}

function endTimeouts(unfolding: Unfolding): void {
  for (const [reason, { until }] of unfolding.state.blocks) {
    if (until !== null && until <= unfolding.now) {
      unfolding.record({ type: 'BlockLifted', data: { reason, cause: 'ended' } });
      grantNextInQueue(unfolding);
    }
  }
}

/** A raise that was asked for a day ago, and was not taken back by a lower limit since. */
function raiseLimits(unfolding: Unfolding): void {
  const { currency } = unfolding.state.balances;
  for (const { kind, period, pending } of unfolding.state.limits.values()) {
    if (pending !== null && pending.effectiveAt <= unfolding.now) {
      const { amount } = pending;
      unfolding.record({ type: 'LimitChanged', data: { kind, period, amount, currency, cause: 'due' } });
    }
  }
}

function endIdleSessions(unfolding: Unfolding): void {
  // Most of those who are asked about are not playing: that is known without a calendar.
  if (unfolding.state.openSessions.size === 0) return;
  const since = addMilliseconds(unfolding.now, -SESSION_IDLE_MS);
  for (const { sessionId, gameId, provider, lastUsedAt } of unfolding.state.openSessions.values()) {
    if (lastUsedAt <= since) {
      unfolding.record({ type: 'GameSessionEnded', data: { sessionId, gameId, provider, reason: 'idle' } });
    }
  }
}

/** The next in the queue starts its own time when it is granted, so one may expire right after another only if it is due too. */
function expireBonus(unfolding: Unfolding): void {
  const bonus = unfolding.state.activeBonus;
  if (bonus !== null && bonus.expiresAt <= unfolding.now) cancelBonus(unfolding, bonus.userBonusId, 'expired');
}
