import type { EventStore } from '../event-store/event-store.js';

/** What a store holds: each stream, where it ends and by what; and how many events there are. */
export type StoreState = { readonly events: number; readonly heads: ReadonlyMap<string, string> };

export async function storeState(store: Pick<EventStore, 'readAll'>): Promise<StoreState> {
  const heads = new Map<string, string>();
  let events = 0;
  for await (const { stream, revision, id } of store.readAll()) {
    heads.set(stream, `${revision} ${id}`);
    events += 1;
  }
  return { events, heads };
}

/** The streams that are not in the one state as they are in the other. */
export function changedStreams(before: StoreState, after: StoreState): readonly string[] {
  const streams = new Set([...before.heads.keys(), ...after.heads.keys()]);
  return [...streams].filter((stream) => before.heads.get(stream) !== after.heads.get(stream));
}
