import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Model } from './model/model.js';
import type { Person } from './persons.js';
import type { SimStore } from './sim-store.js';
import { Violated } from './violation.js';

/** What must be true of personal data, whatever goes wrong on the way. */
export type Erasures = {
  /** Before a stream is deleted. @throws Violated */
  deleting(stream: string): void;
  /** Somebody was told that it is done, or that there was nothing to do. @throws Violated */
  done(playerId: PlayerId): void;
};

/**
 * Deletion is for ever: nothing goes before the player's own stream says that they are forgotten, the address of who
 * excluded themselves never goes, and the profile goes last, for only it knows the address.
 */
export function createErasures(persons: ReadonlyMap<string, Person>, model: Model, store: SimStore): Erasures {
  const owners = new Map([...persons].flatMap(([id, { streams }]) => [...streams.keys()].map((name) => [name, id])));
  return {
    deleting(stream) {
      const playerId = owners.get(stream) ?? '';
      const person = persons.get(playerId);
      const forgotten = model.player(playerId).forgotten;
      if (person === undefined || forgotten === null) throw new Violated('erasure', `${stream} is deleted too early`);
      if (stream === person.email && forgotten.selfExcluded)
        throw new Violated('erasure', `${stream} is of somebody who excluded themselves`);
      if (stream === person.profile && !forgotten.selfExcluded && store.events(person.email).length > 0)
        throw new Violated('erasure', `${stream} is deleted before the address that only it knows`);
    },
    done(playerId) {
      const person = persons.get(playerId);
      const forgotten = model.player(playerId).forgotten;
      if (person === undefined || forgotten === null) return;
      const left = [...person.streams.keys()].filter((stream) => store.events(stream).length > 0);
      const expected = forgotten.selfExcluded ? [person.email] : [];
      if (left.join() !== expected.join()) throw new Violated('erasure', `left of ${playerId}: ${left.join(', ')}`);
    },
  };
}
