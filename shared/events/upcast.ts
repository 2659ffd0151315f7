import type { JsonObject } from '../event-store/event-store.js';

/** `{ [type]: { [fromVersion]: data of fromVersion => data of fromVersion + 1 } }`, only where a type's data changed. */
export type Upcasts = {
  readonly [type: string]: { readonly [fromVersion: number]: (data: JsonObject) => JsonObject };
};

/**
 * The data as today's version has it. All types of a kind of stream share one version, so a type that stayed the same
 * while others changed has no step there: that step is skipped, and the next one is still taken.
 */
export function upcast(upcasts: Upcasts, type: string, data: JsonObject, from: number, today: number): JsonObject {
  const steps = upcasts[type];
  if (steps === undefined) return data;
  let current = data;
  for (let version = from; version < today; version += 1) current = steps[version]?.(current) ?? current;
  return current;
}
