import { readdirSync, readFileSync } from 'node:fs';
import type { StoredEvent } from '../../event-store/event-store.js';

const FOLDER = new URL('../golden/', import.meta.url);

export type GoldenEvent = {
  readonly type: string;
  readonly version: number;
  /** As the store holds it. */
  readonly event: Omit<StoredEvent, 'position'>;
};

/** Every event form that was ever written, for tests. The files are never edited: histories hold such events for ever. */
export function goldenEvents(): readonly GoldenEvent[] {
  return readdirSync(FOLDER).flatMap((name) => {
    const [, type, version] = /^(\w+)\.v(\d+)\.json$/.exec(name) ?? [];
    if (type === undefined) return [];
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    return [{ type, version: Number(version), event: JSON.parse(text) as GoldenEvent['event'] }];
  });
}
