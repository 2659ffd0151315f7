/** What is missing, by part, in words for an operator. Empty when all is well. */
export type Health = {
  lost(part: Part, reason: string): void;
  found(part: Part): void;
  missing(): readonly string[];
};

export type Part = 'eventStore' | 'postgres' | 'nats' | 'readModels';

/** Nothing is there until it was found. */
export function createHealth(): Health {
  const faults = new Map<Part, string>([
    ['eventStore', 'not connected yet'],
    ['postgres', 'not connected yet'],
    ['nats', 'not connected yet'],
  ]);
  return {
    lost: (part, reason) => faults.set(part, reason),
    found: (part) => faults.delete(part),
    missing: () => [...faults].map(([part, reason]) => `${part}: ${reason}`),
  };
}
