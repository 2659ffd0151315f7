/** Changes that can be taken back: a prediction is tried, and kept only when the store shows that it happened. */
export type Journal = {
  put<K, V>(map: Map<K, V>, key: K, value: V): void;
  change<T extends object>(target: T, change: Partial<T>): void;
  /** Back to where the journal began. */
  undo(): void;
};

export function createJournal(): Journal {
  const inverses: (() => void)[] = [];
  return {
    put(map, key, value) {
      const before = map.get(key);
      const wasThere = map.has(key);
      inverses.push(() => {
        if (wasThere) map.set(key, before as typeof value);
        else map.delete(key);
      });
      map.set(key, value);
    },
    change(target, change) {
      const before = { ...target };
      inverses.push(() => void Object.assign(target, before));
      Object.assign(target, change);
    },
    undo() {
      for (const inverse of inverses.reverse()) inverse();
      inverses.length = 0;
    },
  };
}
