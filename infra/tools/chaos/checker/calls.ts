import { z } from 'zod';
import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import { createEffects } from './effects.js';
import type { Ledger, LedgerEvent } from './ledger.js';
import type { Call } from './run-log.js';
import { type Violation, violation } from './violation.js';

/** What is sent again after an unknown outcome may be done again: it says how things shall be, under no id. */
const WITHOUT_ID: readonly Call['wish']['kind'][] = ['consents', 'block', 'lift', 'limit'];

/** Events that only a call can lead to. */
const ASKED_FOR: readonly LedgerEvent['type'][] = [
  'PlayerRegistered',
  'PlayerLoggedIn',
  'GameSessionStarted',
  'ConsentsChanged',
  'BlockPlaced',
  'LimitChanged',
  'DepositRequested',
  'DepositCompleted',
  'WithdrawalRequested',
  'BonusQueued',
  'BonusGranted',
  'BetPlaced',
  'WinCredited',
  'RoundPlayed',
  'TransactionRolledBack',
  'RollbackTombstoned',
];

/** Acknowledged calls are in the ledger once, refused ones are not, and nothing is there that nobody asked for. */
export function checkCalls(ledger: Ledger, calls: readonly Call[], stored: readonly StoredEvent[]): Violation[] {
  const effects = createEffects(ledger);
  const wasThereAt = createWasThereAt(stored);
  const claimed = new Set<string>();
  const violations: Violation[] = [];
  for (const call of calls) {
    const found = effects.of(call);
    for (const { id } of found) claimed.add(id);
    violations.push(...checkCall(call, found, wasThereAt));
  }
  return [...violations, ...checkUnasked(ledger, calls, claimed), ...checkPayouts(ledger)];
}

function checkCall(call: Call, found: readonly LedgerEvent[], wasThereAt: WasThereAt): Violation[] {
  const { id: callId, playerId, wish, outcome, tries, status } = call;
  const [first, second] = found;
  const what = `${JSON.stringify(wish)} answered ${status} after ${tries} tries`;
  const at = (event: LedgerEvent | undefined) => ({ playerId, callId, ...(event && { revision: event.revision }) });
  const countMax = WITHOUT_ID.includes(wish.kind) ? tries : 1;
  if (found.length > countMax) {
    return [violation('call_twice', at(second), `${what}: ${found.map(placeOf).join(' and ')}`)];
  }
  // A rollback of what was never seen is refused, and remembered.
  const isTombstone = first?.type === 'RollbackTombstoned';
  if (outcome === 'refused' && wish.kind === 'rollback' && status === 404) {
    return isTombstone ? [] : [violation('call_missing', at(first), `${what}: there is no tombstone`)];
  }
  if (outcome === 'refused') {
    // A try that nobody heard of may arrive after the refusal of a later one. It must not have been there before.
    const isWrong = first !== undefined && (tries === 1 || wasThereAt(first, call.lastTryAt));
    return isWrong ? [violation('call_refused', at(first), `${what}: ${placeOf(first)}`)] : [];
  }
  if (outcome === 'unknown')
    return [violation('unanswered', at(first), `${what}: ${first ? placeOf(first) : 'not done'}`)];
  if (first === undefined || isTombstone) return [violation('call_missing', at(first), what)];
  const difference = differenceOf(call, first);
  return difference === undefined ? [] : [violation('answer', at(first), `${what}: ${difference}`)];
}

type WasThereAt = (event: LedgerEvent, timeMs: number) => boolean;

/**
 * Whether an event was certainly in the store at a time: when one behind it had been decided before. Its own time proves
 * nothing, for an append may hang after the decision.
 */
function createWasThereAt(stored: readonly StoredEvent[]): WasThereAt {
  const earliestAfter = new Map<string, number>();
  let earliest = Number.POSITIVE_INFINITY;
  for (const { id, metadata } of stored.toReversed()) {
    earliestAfter.set(id, earliest);
    earliest = Math.min(earliest, Date.parse(String(metadata.recordedAt)));
  }
  return ({ id }, timeMs) => (earliestAfter.get(id) ?? Number.POSITIVE_INFINITY) < timeMs;
}

const balanced = z.object({ balance: z.object({ cash: z.string(), bonus: z.string() }) });
const named = z.object({ player_id: z.string(), payment_id: z.string(), user_bonus_id: z.string() }).partial();

/** What the client was told against what was written; undefined when both are the same. */
function differenceOf({ wish, answer, playerId }: Call, event: LedgerEvent): string | undefined {
  const { data } = event;
  if ('answer' in data) {
    const balance = balanced.safeParse(answer).data?.balance;
    const isSame = balance?.cash === data.answer.cash && balance.bonus === data.answer.bonus;
    return isSame ? undefined : `told ${JSON.stringify(balance)}, recorded ${JSON.stringify(data.answer)}`;
  }
  const { player_id, payment_id, user_bonus_id } = named.safeParse(answer).data ?? {};
  if (wish.kind === 'register' && (player_id !== playerId || event.stream !== `player-${player_id}`)) {
    return `told player ${player_id}, recorded in ${event.stream}`;
  }
  if ('paymentId' in data && data.paymentId !== payment_id) return `told ${payment_id}, recorded ${data.paymentId}`;
  if ('userBonusId' in data && data.userBonusId !== user_bonus_id) {
    return `told ${user_bonus_id}, recorded ${data.userBonusId}`;
  }
  return undefined;
}

function checkUnasked({ players }: Ledger, calls: readonly Call[], claimed: ReadonlySet<string>): Violation[] {
  const violations: Violation[] = [];
  for (const [playerId, events] of players) {
    const open = calls.filter((call) => call.playerId === playerId && call.outcome !== 'acknowledged');
    // Their ids are known from the answer alone, so a call without one may have led to one of these each.
    const spare = new Map([
      ['PlayerLoggedIn', open.filter(({ wish }) => wish.kind === 'login').length],
      ['GameSessionStarted', open.filter(({ wish }) => wish.kind === 'session').length],
    ]);
    const queued = new Set(events.flatMap(({ type, data }) => (type === 'BonusQueued' ? [data.userBonusId] : [])));
    for (const event of events) {
      if (claimed.has(event.id) || !ASKED_FOR.includes(event.type)) continue;
      if (event.type === 'BonusGranted' && queued.has(event.data.userBonusId)) continue;
      const left = spare.get(event.type) ?? 0;
      spare.set(event.type, left - 1);
      if (left > 0) continue;
      violations.push(violation('nobody_asked', { playerId, revision: event.revision }, placeOf(event)));
    }
  }
  return violations;
}

const PAYOUT_ENDS: readonly LedgerEvent['type'][] = [
  'WithdrawalCompleted',
  'WithdrawalFailed',
  'WithdrawalRejected',
  'WithdrawalCancelled',
];

/** Every withdrawal comes to an end: in the sandbox it is approved and paid out without anybody asking. */
function checkPayouts({ players }: Ledger): Violation[] {
  return [...players].flatMap(([playerId, events]) => {
    const ended = new Set(
      events.flatMap(({ type, data }) => (PAYOUT_ENDS.includes(type) && 'paymentId' in data ? [data.paymentId] : [])),
    );
    return events.flatMap(({ type, data, revision }) =>
      type !== 'WithdrawalRequested' || ended.has(data.paymentId)
        ? []
        : [violation('unfinished', { playerId, revision }, `the withdrawal ${data.paymentId} is still open`)],
    );
  });
}

function placeOf({ stream, revision, type }: LedgerEvent): string {
  return `${type} at ${stream}@${revision}`;
}
