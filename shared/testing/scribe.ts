import type { AppendResult, EventStore } from '../event-store/event-store.js';
import { type Draft, EMPTY_HEAD, type Head, seal } from '../events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../events/player-events.js';
import { PLAYER_STREAMS } from '../ids/streams.js';

/** One event of a history, in the order in which the whole store sees it. */
export type Entry = { readonly stream: string; readonly draft: Draft };

export type Scribe = {
  /** Appends these, each sealed at the end of its stream. Answers the last append. */
  write(entries: readonly Entry[]): Promise<AppendResult>;
};

/** Writes valid histories: it alone writes the streams it touches. `recordedAt` is when it writes, unless told. */
export function createScribe(store: EventStore, now: () => Date = () => new Date()): Scribe {
  const heads = new Map<string, Head>();
  return {
    async write(entries) {
      let result: AppendResult | undefined;
      for (const { stream, drafts } of runsOf(entries)) {
        const head = heads.get(stream) ?? EMPTY_HEAD;
        const at = now().toISOString();
        const sealed = seal(stream, head, drafts, {
          schemaVersion: stream.startsWith(PLAYER_STREAMS) ? PLAYER_SCHEMA_VERSION : 1,
          occurredAt: at,
          recordedAt: at,
          correlationId: 'correlation-1',
          causationId: 'causation-1',
          traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
          actor: 'system:test',
        });
        result = await store.append(stream, sealed.events, head.revision < 0 ? 'no_stream' : head.revision);
        heads.set(stream, sealed.head);
      }
      if (result === undefined) throw new Error('nothing to write');
      return result;
    },
  };
}

/** Neighbours of one stream are one append. */
function runsOf(entries: readonly Entry[]): readonly { readonly stream: string; readonly drafts: readonly Draft[] }[] {
  const runs: { stream: string; drafts: Draft[] }[] = [];
  for (const { stream, draft } of entries) {
    const last = runs.at(-1);
    if (last?.stream === stream) last.drafts.push(draft);
    else runs.push({ stream, drafts: [draft] });
  }
  return runs;
}
