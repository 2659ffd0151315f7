/** Where an event lies: what the index keeps per stream and revision. */
export type IndexEntry = {
  readonly id: Buffer;
  readonly position: number;
  /** A scavenge removed the event; its revision stays taken, and a retry of its append is still recognised. */
  readonly erased: boolean;
};

const ID_SIZE = 16;
const ENTRY_SIZE = ID_SIZE + 8;

export function encodeIndexEntry(id: Buffer, position: number): Buffer {
  const entry = Buffer.allocUnsafe(ENTRY_SIZE);
  entry.set(id, 0);
  entry.writeDoubleBE(position, ID_SIZE);
  return entry;
}

export function decodeIndexEntry(entry: Buffer): IndexEntry {
  return {
    id: entry.subarray(0, ID_SIZE),
    position: entry.readDoubleBE(ID_SIZE),
    erased: entry.length > ENTRY_SIZE,
  };
}

/** One byte longer: that is the whole mark. */
export function erasedIndexEntry(entry: Buffer): Buffer {
  return Buffer.concat([entry.subarray(0, ENTRY_SIZE), Buffer.from([1])]);
}
