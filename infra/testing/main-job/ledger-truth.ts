import { idempotencyKey } from '../../../services/ft-bridge/fast-track/ft-message.js';
import { guideMessages } from '../../../services/ft-bridge/fast-track/guide.js';
import { createMessagesOf } from '../../../services/ft-bridge/fast-track/messages-of.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import { isIntact, NO_HASH } from '../../../shared/events/envelope.js';
import { PLAYER_STREAMS } from '../../../shared/ids/streams.js';
import { add, subtract } from '../../../shared/money/money.js';
import { isBalanced } from '../../../shared/money/postings.js';

/** What the event store says, recomputed from its events alone. */
export type LedgerTruth = {
  readonly players: ReadonlyMap<string, PlayerTruth>;
  /** Debits minus credits over the whole store; "0.00" when the books balance. */
  readonly difference: string;
};

export type PlayerTruth = {
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
  readonly types: readonly string[];
  /** What Fast Track must have taken, in order. */
  readonly messages: readonly ExpectedMessage[];
};

export type ExpectedMessage = {
  readonly key: string;
  readonly sequence: string;
  readonly path: string;
  readonly body: unknown;
};

/** Reads the whole store; every chain must be unbroken and every event balanced. EUR only. @throws Error naming what is wrong */
export async function readLedgerTruth(eventStoreUrl: string, origin: string): Promise<LedgerTruth> {
  const store = createEsdbEventStore({ connectionString: eventStoreUrl });
  try {
    const streams = new Map<string, StoredEvent[]>();
    for await (const event of store.readAll({ streamPrefixes: [PLAYER_STREAMS] })) {
      streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    }
    const messagesOf = createMessagesOf({ mapping: guideMessages, origin, store });
    const players = new Map<string, PlayerTruth>();
    let difference = '0.00';
    for (const [stream, events] of streams) {
      const id = stream.slice(PLAYER_STREAMS.length);
      const sums = { cash: '0.00', bonus: '0.00', withdrawal: '0.00' };
      const messages: ExpectedMessage[] = [];
      let prevHash: unknown = NO_HASH;
      for (const [revision, stored] of events.entries()) {
        if (stored.revision !== revision || stored.metadata.prevHash !== prevHash || !isIntact(stored)) {
          throw new Error(`${stream}@${stored.revision} breaks the chain`);
        }
        prevHash = stored.metadata.hash;
        const event = decodePlayerEvent(stored);
        const postings = 'postings' in event.data ? event.data.postings : [];
        if (!isBalanced(postings)) throw new Error(`${stream}@${revision} is not balanced`);
        for (const { account, side, amount } of postings) {
          difference = side === 'debit' ? add(difference, amount) : subtract(difference, amount);
          const own = (['cash', 'bonus', 'withdrawal'] as const).find((name) => account === `player:${id}:${name}`);
          if (own !== undefined) sums[own] = side === 'credit' ? add(sums[own], amount) : subtract(sums[own], amount);
        }
        const said = await messagesOf(event);
        said.forEach(({ path, body }, index) => {
          messages.push({ key: idempotencyKey(stored.id, index, said.length), sequence: String(revision), path, body });
        });
      }
      players.set(id, { ...sums, types: events.map(({ type }) => type), messages });
    }
    return { players, difference };
  } finally {
    await store.close();
  }
}
