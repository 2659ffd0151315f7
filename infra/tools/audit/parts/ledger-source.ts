import type { EventStore, StoredEvent } from '../../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';
import { isInShare, LEDGER_STREAMS, type Share } from './share.js';

/** Where an audit reads. */
export type LedgerSource = {
  /** The position of the last event of any stream of ours; undefined when there is none. */
  end(): Promise<bigint | undefined>;
  /** The events of a share, in the order of the store: after `after`, up to and with `upTo`; many at a time. */
  events(
    share: Share,
    range: { readonly after: bigint | undefined; readonly upTo: bigint },
  ): AsyncIterable<readonly StoredEvent[]>;
  stream(name: string): AsyncIterable<StoredEvent>;
  close(): Promise<void>;
};

const BATCH_EVENTS = 64;

type Store = Pick<EventStore, 'readStream' | 'readAll' | 'close'>;
type ReadShare = (
  share: Exclude<Share, { of: 'player' }>,
  after: bigint | undefined,
) => AsyncIterable<readonly StoredEvent[]>;

/** @param readShare reads one share alone; left out, all is read and the rest left aside */
export function createLedgerSource(store: Store, readShare: ReadShare = readAllOf(store)): LedgerSource {
  return {
    async end() {
      for await (const event of store.readAll({
        direction: 'backwards',
        streamPrefixes: LEDGER_STREAMS,
        maxCount: 1,
      })) {
        return event.position;
      }
      return undefined;
    },
    async *events(share, { after, upTo }) {
      const read = share.of === 'player' ? inBatches(readPlayer(store, share.id, after)) : readShare(share, after);
      for await (const batch of read) {
        const beyond = batch.findIndex(({ position }) => position > upTo);
        yield beyond === -1 ? batch : batch.slice(0, beyond);
        if (beyond !== -1) return;
      }
    },
    stream: (name) => store.readStream(name),
    close: () => store.close(),
  };
}

function readAllOf(store: Store): ReadShare {
  async function* read(share: Share, after: bigint | undefined) {
    for await (const event of store.readAll({ after, streamPrefixes: LEDGER_STREAMS })) {
      if (isInShare(share, event.stream)) yield event;
    }
  }
  return (share, after) => inBatches(read(share, after));
}

async function* inBatches(events: AsyncIterable<StoredEvent>): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  let batch: StoredEvent[] = [];
  for await (const event of events) {
    batch.push(event);
    if (batch.length < BATCH_EVENTS) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Both streams, in the order of the store. A profile is short. */
async function* readPlayer(store: Store, id: string, after = -1n): AsyncGenerator<StoredEvent, void, undefined> {
  const profile: StoredEvent[] = [];
  for await (const event of store.readStream(`${PROFILE_STREAMS}${id}`)) profile.push(event);
  const waiting = profile.filter(({ position }) => position > after);
  for await (const event of store.readStream(`${PLAYER_STREAMS}${id}`)) {
    if (event.position <= after) continue;
    for (let next = waiting[0]; next !== undefined && next.position < event.position; next = waiting[0]) {
      yield next;
      waiting.shift();
    }
    yield event;
  }
  yield* waiting;
}
