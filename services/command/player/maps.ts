// Changed copies of maps that nobody may change in place.

const EMPTY: ReadonlyMap<unknown, unknown> = new Map();

/** The same one for everybody: most maps of most players are empty, and each would take 300 bytes. */
export function emptyMap<K, V>(): ReadonlyMap<K, V> {
  // Nothing in it contradicts any type.
  return EMPTY as ReadonlyMap<K, V>;
}

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

export function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy.size === 0 ? emptyMap() : copy;
}
