import type { EventStore } from '../../../../shared/event-store/event-store.js';
import { type Draft, EMPTY_HEAD, type Head, seal } from '../../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../../../../shared/events/player-events.js';

/** Writes streams as command does: each call is one decision with a causation of its own. */
export type LedgerWriter = {
  /** One append of these decisions, in order. Answers the position of the last event. */
  decide(stream: string, ...decisions: readonly (readonly Draft[])[]): Promise<bigint>;
};

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');

/** It alone writes the streams it touches. Time is its own: each decision is a millisecond after the last. */
export function createLedgerWriter(store: Pick<EventStore, 'append'>): LedgerWriter {
  const heads = new Map<string, Head>();
  let decisions = 0;
  return {
    async decide(stream, ...drafts) {
      const before = heads.get(stream) ?? EMPTY_HEAD;
      let head = before;
      const events = drafts.flatMap((decision) => {
        decisions += 1;
        const at = new Date(START_MS + decisions).toISOString();
        const sealed = seal(stream, head, decision, {
          schemaVersion: stream.startsWith('player-') ? PLAYER_SCHEMA_VERSION : 1,
          occurredAt: at,
          recordedAt: at,
          correlationId: `request-${decisions}`,
          causationId: `request-${decisions}`,
          actor: 'system:test',
        });
        head = sealed.head;
        return sealed.events;
      });
      const { position } = await store.append(stream, events, before.revision < 0 ? 'no_stream' : before.revision);
      heads.set(stream, head);
      return position;
    },
  };
}
