import { PARTITIONS } from '../../../shared/bus/messages.js';
import type { Roster } from './roster.js';

type Instance = { readonly name: string | undefined; expiresAt: number };
type Owned = { owner: string | undefined; epoch: number };

export type MemoryRoster = Roster & {
  /** As if its lease had run out now. */
  expire(id: string): void;
  epochs(): readonly number[];
};

/** The in-memory twin of the roster, on a clock of the test's. */
export function createMemoryRoster(now: () => number): MemoryRoster {
  const instances = new Map<string, Instance>();
  const partitions: Owned[] = Array.from({ length: PARTITIONS }, () => ({ owner: undefined, epoch: 0 }));
  const intake: Owned = { owner: undefined, epoch: 0 };

  function remove(id: string): void {
    instances.delete(id);
    for (const owned of [...partitions, intake]) if (owned.owner === id) owned.owner = undefined;
  }

  function own(owned: Owned, id: string): void {
    owned.owner = id;
    owned.epoch += 1;
  }

  return {
    async join({ id, name, leaseMs }) {
      for (const [other, there] of instances)
        if (other !== id && name !== undefined && there.name === name) remove(other);
      instances.set(id, { name, expiresAt: now() + leaseMs });
    },
    async renew(id, leaseMs) {
      const there = instances.get(id);
      if (there !== undefined) there.expiresAt = now() + leaseMs;
      return there !== undefined;
    },
    async bury(id) {
      for (const [other, { expiresAt }] of instances) if (other !== id && expiresAt <= now()) remove(other);
    },
    async roll(id) {
      return {
        instances: instances.size,
        held: new Map(partitions.flatMap(({ owner, epoch }, at) => (owner === id ? [[at, epoch] as const] : []))),
        free: partitions.filter(({ owner }) => owner === undefined).length,
        intake: intake.owner === undefined ? 'free' : intake.owner === id ? 'ours' : 'taken',
      };
    },
    async take(id, count) {
      const taken = new Map<number, number>();
      for (const [at, owned] of partitions.entries()) {
        if (taken.size === count || !instances.has(id)) break;
        if (owned.owner !== undefined) continue;
        own(owned, id);
        taken.set(at, owned.epoch);
      }
      return taken;
    },
    async takeIntake(id) {
      if (intake.owner !== undefined || !instances.has(id)) return false;
      own(intake, id);
      return true;
    },
    async release(id, released) {
      for (const at of released) {
        const owned = partitions[at];
        if (owned?.owner === id) owned.owner = undefined;
      }
    },
    async leave(id) {
      remove(id);
    },
    expire(id) {
      const there = instances.get(id);
      if (there !== undefined) there.expiresAt = now();
    },
    epochs: () => partitions.map(({ epoch }) => epoch),
  };
}
