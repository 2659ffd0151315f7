import { type PastRecord, STATE_VERSION } from '../../../services/command/player/snapshot.js';
import type { Archive, Snapshot } from '../../../services/command/runtime/archive.js';
import type { Owner, Scheduler } from './scheduler.js';
import type { ArchiveFate } from './script.js';

type Kept = { readonly snapshot: Snapshot; readonly records: ReadonlyMap<string, PastRecord> };

/** One instance's archive: it outlives the instance, and much may happen to it while that is down. */
export type SimDisk = {
  /** The archive as a new process opens it. */
  open(owner: Owner): Archive;
  /** What happens between two processes. */
  befall(fate: ArchiveFate): void;
};

export type SimDiskOptions = {
  readonly scheduler: Scheduler;
  /** True when this player's save fails; each fault strikes once. */
  readonly saveFails: (playerId: string) => boolean;
};

/** Of a hundred and twenty characters or so, none of them of a state that this version would write. */
const OLD_STATE = '{"status":"registered","of":"an older form"}';

export function createSimDisk({ scheduler, saveFails }: SimDiskOptions): SimDisk {
  let players = new Map<string, Kept>();
  /** What a backup of some saves ago has. */
  let earlier = new Map<string, Kept>();
  let saves = 0;

  function save(playerId: string, snapshot: Snapshot, records: ReadonlyMap<string, PastRecord>): void {
    if (saveFails(playerId)) throw new Error('the disk is full');
    saves += 1;
    if (saves % 16 === 0) earlier = new Map(players);
    const kept = new Map(players.get(playerId)?.records);
    for (const [key, record] of records) kept.set(key, record);
    players.set(playerId, { snapshot, records: kept });
  }

  return {
    open: (owner) => ({
      open: (playerId) => ({
        snapshot: () => players.get(playerId)?.snapshot,
        revision: () => players.get(playerId)?.snapshot.revision,
        record: (key) => players.get(playerId)?.records.get(key),
        save: (snapshot, records) => {
          // As it is now: what the caller does with its map meanwhile is not saved.
          const copy = new Map(records);
          return scheduler.enqueue(owner, () => save(playerId, snapshot, copy));
        },
        drop: () => scheduler.enqueue(owner, () => void players.delete(playerId)),
      }),
      async close() {},
    }),
    befall(fate) {
      switch (fate) {
        case 'kept':
          return;
        case 'deleted':
          players = new Map();
          return;
        case 'restored_from_earlier':
          players = new Map(earlier);
          return;
        case 'of_an_old_version':
          players = changed(players, (snapshot) => ({
            ...snapshot,
            stateVersion: STATE_VERSION - 1,
            state: OLD_STATE,
          }));
          return;
        case 'of_another_history':
          players = changed(players, (snapshot) => ({ ...snapshot, hash: 'f'.repeat(64) }));
          return;
      }
    },
  };
}

/** The snapshots otherwise, and among the records one thing that is true of nobody: every id there is a tombstone. */
function changed(players: Map<string, Kept>, change: (snapshot: Snapshot) => Snapshot): Map<string, Kept> {
  return new Map(
    [...players].map(([playerId, { snapshot, records }]) => {
      const wrong = [...records.keys()].map((key) => [key, { kind: 'tombstone' }] as const);
      return [playerId, { snapshot: change(snapshot), records: new Map<string, PastRecord>(wrong) }];
    }),
  );
}
