import type { PlayerId } from '../../../shared/ids/ids.js';
import type { PastRecord } from '../player/snapshot.js';

/**
 * What the command service keeps beside the streams so that it need not read them whole: a player's state at a revision,
 * and the records that the state leaves out. A cache: all of it follows from the stream, and it may be deleted at any
 * time that the service is down.
 */
export type Archive = {
  /** At most one opening of a player is in use at a time. */
  open(playerId: PlayerId): PlayerArchive;
  close(): Promise<void>;
};

export type PlayerArchive = {
  /** As of the last save that took effect; undefined when there is none. Then there is no record either. */
  snapshot(): Snapshot | undefined;
  /** The snapshot's, without reading all of it. */
  revision(): number | undefined;
  /** Complete up to the revision of the snapshot. */
  record(key: string): PastRecord | undefined;
  /**
   * The records over those that are there, and the snapshot: both or neither, and to be found from then on.
   * @throws when they could not be written; nothing has changed then.
   */
  save(snapshot: Snapshot, records: ReadonlyMap<string, PastRecord>): Promise<void>;
  /** Forgets the player: what is here does not belong to the stream, or is of another version. */
  drop(): Promise<void>;
};

/** It is of use only where all three hold: this event has this hash, and this version of the code wrote it. */
export type Snapshot = {
  readonly revision: number;
  readonly hash: string;
  readonly stateVersion: number;
  /** As `writeState` wrote it. */
  readonly state: string;
};
