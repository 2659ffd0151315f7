import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { read } from './minor-units.js';
import type { Outcome, PredictedEvent } from './model/turn.js';

type Posting = { readonly account: string; readonly side: string; readonly amount: string };

/** What is different between what was said and what the model says; undefined when nothing is. */
export function differenceOfOutcome(said: Outcome, predicted: Outcome): string | undefined {
  if (said.ok && predicted.ok) return isSame(said.answer, predicted.answer) ? undefined : shown(said, predicted);
  if (said.ok || predicted.ok) return shown(said, predicted);
  // The detail is a sentence for people.
  const { detail: _, ...facts } = said.rejection;
  return isSame(facts, predicted.rejection) ? undefined : shown(said, predicted);
}

export function differenceOfEvents(
  stored: readonly StoredEvent[],
  predicted: readonly PredictedEvent[],
): string | undefined {
  if (stored.length !== predicted.length || stored.some((event, n) => event.type !== predicted[n]?.type))
    return shown(
      stored.map(({ type }) => type),
      predicted.map(({ type }) => type),
    );
  for (const [n, event] of stored.entries()) {
    const expected = predicted[n];
    const { postings } = event.data;
    if (expected === undefined || !isSameBut('postings', event.data, expected.data)) return shown(event, expected);
    const moves = netOf((postings ?? []) as readonly Posting[]);
    const wanted = expected.moves ?? new Map<string, number>();
    const same = moves.size === wanted.size && [...moves].every(([account, minor]) => wanted.get(account) === minor);
    if (!same || (postings === undefined) !== (expected.moves === null))
      return shown({ type: event.type, postings }, Object.fromEntries(wanted));
  }
  return undefined;
}

/** Net credit by account, without those that come to nothing. */
export function netOf(postings: readonly Posting[]): Map<string, number> {
  const net = new Map<string, number>();
  for (const { account, side, amount } of postings) {
    net.set(account, (net.get(account) ?? 0) + (side === 'credit' ? read(amount) : -read(amount)));
  }
  for (const [account, minor] of net) if (minor === 0) net.delete(account);
  return net;
}

/** Equal as JSON is: the order of members does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  return isSameBut(undefined, one as Members, other as Members);
}

type Members = { readonly [name: string]: unknown };

/** As `isSame`, of the first as if it did not have this member. (A copy without it would cost more than comparing.) */
function isSameBut(leftOut: string | undefined, one: Members, other: Members): boolean {
  let count = 0;
  for (const name of Object.keys(one)) {
    if (name === leftOut) continue;
    count += 1;
    if (!isSame(one[name], other[name])) return false;
  }
  return count === Object.keys(other).length;
}

export function shown(seen: unknown, expected: unknown): string {
  return `${JSON.stringify(seen, plainly)} — the model has ${JSON.stringify(expected, plainly)}`;
}

function plainly(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Map ? Object.fromEntries(value) : value;
}
