import type { IndexEntry } from './storage/index-entry.js';
import type { StreamState } from './storage/storage.js';
import { isSoftDeleted } from './storage/stream-limits.js';

export type ExpectedState = 'any' | 'no_stream' | 'stream_exists' | number;

export type AppendDecision =
  | { readonly kind: 'append'; readonly firstRevision: number }
  | { readonly kind: 'already-there'; readonly lastRevision: number }
  | { readonly kind: 'wrong-expected-version' }
  | { readonly kind: 'stream-deleted' };

export type AppendFacts = {
  readonly state: StreamState;
  metadataExists(): boolean;
  placeOf(revision: number): Pick<IndexEntry, 'id'> | undefined;
  /** Best effort, as in EventStoreDB: the revision of a recent event of this stream with this id. */
  recentRevision(id: Buffer): number | undefined;
};

const WRONG = { kind: 'wrong-expected-version' } as const;

/**
 * EventStoreDB's own rules: only event ids are compared, never what the events say. An append whose ids are already
 * at its place is done; one that matches in part is refused.
 */
export function decideAppend(expected: ExpectedState, ids: readonly Buffer[], facts: AppendFacts): AppendDecision {
  const { state } = facts;
  if (state.limits.tombstoned) return { kind: 'stream-deleted' };
  const softDeleted = isSoftDeleted(state.limits);
  const append = { kind: 'append', firstRevision: state.lastRevision + 1 } as const;

  if (expected === 'stream_exists') {
    if (softDeleted) return { kind: 'stream-deleted' };
    if (state.lastRevision < 0 && !facts.metadataExists()) return WRONG;
  }
  if (expected === 'any' || expected === 'stream_exists') return decideByRecentIds(ids, facts, append);

  const expectedRevision = expected === 'no_stream' ? -1 : expected;
  if (expectedRevision > state.lastRevision) return WRONG;
  if (expectedRevision === state.lastRevision) return append;

  for (const [offset, id] of ids.entries()) {
    if (facts.placeOf(expectedRevision + 1 + offset)?.id.equals(id)) continue;
    // A soft-deleted stream reads as missing, so a writer who saw nothing may start it anew.
    if (offset === 0 && expected === 'no_stream' && softDeleted) return append;
    return WRONG;
  }
  return ids.length === 0 ? WRONG : { kind: 'already-there', lastRevision: expectedRevision + ids.length };
}

function decideByRecentIds(ids: readonly Buffer[], facts: AppendFacts, append: AppendDecision): AppendDecision {
  let lastRevision = -1;
  for (const [offset, id] of ids.entries()) {
    const revision = facts.recentRevision(id);
    if (revision === undefined) return offset === 0 ? append : WRONG;
    lastRevision = revision;
  }
  return ids.length === 0 ? append : { kind: 'already-there', lastRevision };
}
