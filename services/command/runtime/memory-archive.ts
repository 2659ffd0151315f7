import type { PlayerId } from '../../../shared/ids/ids.js';
import type { PastRecord } from '../player/snapshot.js';
import type { Archive, Snapshot } from './archive.js';

type Kept = { snapshot: Snapshot; readonly records: Map<string, string> };

/** The archive in memory, with the rules of the real one. */
export function createMemoryArchive(): Archive {
  const players = new Map<PlayerId, Kept>();
  return {
    open: (playerId) => ({
      snapshot: () => players.get(playerId)?.snapshot,
      revision: () => players.get(playerId)?.snapshot.revision,
      record(key) {
        const text = players.get(playerId)?.records.get(key);
        return text === undefined ? undefined : (JSON.parse(text) as PastRecord);
      },
      async save(snapshot, records) {
        const kept = players.get(playerId) ?? { snapshot, records: new Map() };
        for (const [key, record] of records) kept.records.set(key, JSON.stringify(record));
        kept.snapshot = snapshot;
        players.set(playerId, kept);
      },
      async drop() {
        players.delete(playerId);
      },
    }),
    async close() {},
  };
}
