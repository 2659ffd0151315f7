import { hash as digest } from 'node:crypto';
import { z } from 'zod';
import type { EventToAppend, Json, JsonObject, StoredEvent } from '../event-store/event-store.js';
import { uuidV5 } from '../ids/ids.js';
import { canonicalJson, canonicalJsonWithout } from './canonical-json.js';

/** `prevHash` of revision 0. */
export const NO_HASH = '0'.repeat(64);

/** The namespace of event ids: UUIDv5 of the hash in it. Never changes. */
const EVENT_ID_NAMESPACE = '6f1f4b0e-7a55-5c53-9a3e-0c6b7f0d2a11';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What every event carries beside its data. Times are ISO 8601 with milliseconds, UTC. */
export const metadataSchema = z.object({
  schemaVersion: z.number().int().positive(),
  /** When it happened in the world. */
  occurredAt: z.string(),
  /** When we wrote it down. */
  recordedAt: z.string(),
  correlationId: z.string(),
  /** The command (or event) that led to it. */
  causationId: z.string(),
  traceparent: z.string().optional(),
  /** Who did it: `player:<id>`, `provider:<id>`, `psp:<id>`, `fast-track:<key id>`, `back-office:<key id>` or `system:<part>`. */
  actor: z.string(),
  prevHash: hash,
  hash,
});

export type EventMetadata = z.infer<typeof metadataSchema>;

/** An event before it has a place in a stream. */
export type Draft = { readonly type: string; readonly data: JsonObject };

/** What all events of one decision share. */
export type DecisionContext = {
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string | undefined;
  readonly actor: string;
};

/** Where a stream ends: the revision (−1 when there is none) and the hash of its last event. */
export type Head = { readonly revision: number; readonly hash: string };

export const EMPTY_HEAD: Head = { revision: -1, hash: NO_HASH };

/**
 * Gives drafts their place in the stream's hash chain. The same drafts at the same head in the same context are the
 * same bytes, so a retry of the append is recognised; anything decided anew gets another id, so it conflicts.
 */
export function seal(
  stream: string,
  head: Head,
  drafts: readonly Draft[],
  context: DecisionContext,
): { readonly events: readonly EventToAppend[]; readonly head: Head } {
  const events: EventToAppend[] = [];
  let { revision, hash: prevHash } = head;
  for (const { type, data } of drafts) {
    revision += 1;
    const metadata = metadataOf(context, prevHash);
    const ownHash = hashOf({ stream, revision, type, data, metadata });
    metadata.hash = ownHash;
    events.push({ id: idOf(ownHash), type, data, metadata });
    prevHash = ownHash;
  }
  return { events, head: { revision, hash: prevHash } };
}

/**
 * Written out: in Node 20 a literal that spreads an object and adds a member gets a hidden class of its own each time,
 * which costs as much as the hash.
 */
function metadataOf(context: DecisionContext, prevHash: string): { [name: string]: Json } {
  const { schemaVersion, occurredAt, recordedAt, correlationId, causationId, traceparent, actor } = context;
  return traceparent === undefined
    ? { schemaVersion, occurredAt, recordedAt, correlationId, causationId, actor, prevHash }
    : { schemaVersion, occurredAt, recordedAt, correlationId, causationId, traceparent, actor, prevHash };
}

/** SHA-256, lower-case hex, over the canonical JSON of everything but the hash itself and the position. */
export function hashOf(event: Omit<StoredEvent, 'id' | 'position'>): string {
  const { stream, revision, type, data } = event;
  const metadata = canonicalJsonWithout('hash', event.metadata);
  // The members in their canonical order.
  const rest = `"revision":${canonicalJson(revision)},"stream":${canonicalJson(stream)},"type":${canonicalJson(type)}`;
  return digest('sha256', `{"data":${canonicalJson(data)},"metadata":${metadata},${rest}}`, 'hex');
}

/** The id that an event of this hash has. */
export function idOf(hash: string): string {
  return uuidV5(EVENT_ID_NAMESPACE, hash);
}

/**
 * True when hash and id are what the event's bytes say. Whether it follows its predecessor is the reader's to check.
 * Never throws: whoever changed an event may have made it one that has no hash (a `1e400` is read as Infinity).
 */
export function isIntact(event: Omit<StoredEvent, 'position'>): boolean {
  const own = hashIfAny(event);
  return own !== undefined && event.metadata.hash === own && event.id === idOf(own);
}

function hashIfAny(event: Omit<StoredEvent, 'position'>): string | undefined {
  try {
    return hashOf(event);
  } catch {
    return undefined;
  }
}
