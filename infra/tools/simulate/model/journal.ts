/** How the model changes what it knows, so that a prediction can be tried and taken back. */
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
      const before: Partial<typeof target> = {};
      for (const name of Object.keys(change) as (keyof typeof target)[]) before[name] = target[name];
      inverses.push(() => void Object.assign(target, before));
      Object.assign(target, change);
    },
    undo() {
      for (const inverse of inverses.reverse()) inverse();
      inverses.length = 0;
    },
  };
}

/** For what has happened: there is no way back. */
export const FOR_GOOD: Journal = {
  put: (map, key, value) => void map.set(key, value),
  change: (target, change) => void Object.assign(target, change),
  undo() {
    throw new Error('what has happened cannot be taken back');
  },
};
