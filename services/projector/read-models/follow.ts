import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../shared/ids/streams.js';
import type { Postgres } from '../../../shared/postgres/postgres.js';
import type { IsDeleted } from './chain.js';
import { BrokenHistory, type Fact, readFact } from './fact.js';
import { createInbox, type Inbox } from './inbox.js';
import { project } from './project.js';

const BATCH_EVENTS_MAX = 1_000;
const INBOX_EVENTS_MAX = 2_000;
/** The store's own checkpoints are saved this often at most: they only spare a restart some looking. */
const IDLE_CHECKPOINT_INTERVAL_MS = 1_000;

/** What was just committed: everything up to `position`, the last of `events` among it. */
export type Committed = {
  readonly events: readonly StoredEvent[];
  readonly position: bigint;
  readonly alarms: number;
};

export type FollowOptions = {
  readonly store: EventStore;
  readonly postgres: Postgres;
  /** The checkpoint of the read models. */
  readonly after: bigint | undefined;
  readonly signal: AbortSignal;
  readonly onCommitted: (committed: Committed) => void;
};

type Item = { readonly position: bigint; readonly fact?: Fact };

/**
 * Brings the read models up to date and keeps them so, until the signal aborts. While one batch is being written the
 * next is read; what had been read before a fault is still written.
 * @throws StoreUnavailable, PostgresUnavailable, CheckpointMoved: start again from the checkpoint. BrokenHistory: do not.
 * NewerEvent: a newer version has to go on from here.
 */
export async function follow({ store, postgres, after, signal, onCommitted }: FollowOptions): Promise<void> {
  const inbox = createInbox<Item>(INBOX_EVENTS_MAX);
  const stopReading = new AbortController();
  const reading = read(store, after, AbortSignal.any([signal, stopReading.signal]), inbox);
  try {
    await write(postgres, store.isDeleted, after, inbox, onCommitted);
  } finally {
    stopReading.abort();
    inbox.close();
    await reading;
  }
}

async function read(store: EventStore, after: bigint | undefined, signal: AbortSignal, inbox: Inbox<Item>) {
  let last = after ?? -1n;
  try {
    const streamPrefixes = [PLAYER_STREAMS, PROFILE_STREAMS];
    for await (const message of store.subscribeToAll({ after, streamPrefixes, signal })) {
      if (signal.aborted) break;
      if (message.kind === 'checkpoint') {
        if (message.position <= last) continue;
        last = message.position;
        await inbox.put({ position: last });
      } else {
        const { stream, revision, position } = message.event;
        // Had we passed over it, the checkpoint would hide the loss for ever.
        if (position <= last) throw new BrokenHistory(`${stream}@${revision}: ${position} came after ${last}`);
        last = position;
        await inbox.put({ position, fact: readFact(message.event) });
      }
    }
    inbox.close();
  } catch (error) {
    inbox.close(signal.aborted ? undefined : error);
  }
}

async function write(
  postgres: Postgres,
  isDeleted: IsDeleted,
  after: bigint | undefined,
  inbox: Inbox<Item>,
  onCommitted: (committed: Committed) => void,
): Promise<void> {
  let from = after;
  let savedAtMs = 0;
  for (;;) {
    const items = await inbox.take(BATCH_EVENTS_MAX);
    const to = items.at(-1)?.position;
    if (to === undefined) return;
    const facts = items.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
    if (facts.length === 0 && Date.now() - savedAtMs < IDLE_CHECKPOINT_INTERVAL_MS) continue;
    const { alarms } = await project(postgres, { facts, from, to }, isDeleted);
    onCommitted({ events: facts.map(({ stored }) => stored), position: to, alarms });
    from = to;
    savedAtMs = Date.now();
  }
}
