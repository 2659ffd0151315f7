import type { LinePlace } from '../journal.js';

export type IndexedMessage = {
  readonly idempotencyKey: string | undefined;
  readonly userId: string | undefined;
  readonly taken: boolean;
  readonly duplicate: boolean;
};

/** Where each message stands in the journal and what must be known of all of them at once. */
export type MessageIndex = {
  /** The number the next message gets; the first is 1. */
  next(): number;
  add(message: IndexedMessage, place: LinePlace): void;
  isTaken(idempotencyKey: string): boolean;
  /** Where the message is. */
  placeOf(n: number): LinePlace;
  /** The stretch of the journal with the messages after `n`, at most `limit`; undefined when there is none. */
  stretchAfter(n: number, limit: number): LinePlace | undefined;
  /** The numbers of a user's taken messages, in order. */
  takenOf(userId: string): readonly number[];
  counts(): { readonly messages: number; readonly taken: number; readonly duplicates: number };
};

/** Messages themselves stay in the journal, so that hours of load fit in memory. */
export function createMessageIndex(): MessageIndex {
  // The place of message n is at n - 1.
  const offsets: number[] = [];
  const lengths: number[] = [];
  const takenKeys = new Set<string>();
  const takenByUser = new Map<string, number[]>();
  let duplicates = 0;

  function placeOf(n: number): LinePlace {
    const [offset, length] = [offsets[n - 1], lengths[n - 1]];
    if (offset === undefined || length === undefined) throw new Error(`there is no message ${n}`);
    return { offset, length };
  }

  return {
    next: () => offsets.length + 1,
    add({ idempotencyKey, userId, taken, duplicate }, { offset, length }) {
      const n = offsets.push(offset);
      lengths.push(length);
      if (duplicate) duplicates += 1;
      if (!taken || idempotencyKey === undefined || userId === undefined) return;
      takenKeys.add(idempotencyKey);
      const ofUser = takenByUser.get(userId);
      if (ofUser === undefined) takenByUser.set(userId, [n]);
      else ofUser.push(n);
    },
    isTaken: (key) => takenKeys.has(key),
    placeOf,
    stretchAfter(n, limit) {
      const last = Math.min(offsets.length, n + limit);
      if (last <= n) return undefined;
      const { offset } = placeOf(n + 1);
      const end = placeOf(last);
      return { offset, length: end.offset + end.length - offset };
    },
    takenOf: (userId) => takenByUser.get(userId) ?? [],
    counts: () => ({ messages: offsets.length, taken: takenKeys.size, duplicates }),
  };
}
