import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import { hashOf, idOf, NO_HASH } from '../../../../shared/events/envelope.js';
import type { StreamEnd } from './books.js';
import type { Finding, Findings } from './findings.js';

/** Follows the hash chain of every stream. */
export type Chain = {
  readonly ends: ReadonlyMap<string, StreamEnd>;
  /** Streams whose first event that was read is not their first: what lies before was taken as given. */
  readonly takenAsGiven: number;
  /** False when the event is one of before, read again: it must not be counted twice. */
  follow(event: StoredEvent): boolean;
};

/** @param fromStart whether all streams are read from their beginning */
export function createChain(findings: Findings, fromStart: boolean, mayBeForgotten: Forgettable): Chain {
  const ends = new Map<string, StreamEnd>();
  let takenAsGiven = 0;
  let position = -1n;

  function checkOrder(event: StoredEvent): void {
    findings.checked('order');
    if (event.position <= position) {
      const expected = `a position above ${position}`;
      findings.found({ ...placeOf(event), check: 'order', what: 'came late', expected, found: `${event.position}` });
    } else position = event.position;
  }

  function checkContent(event: StoredEvent): void {
    findings.checked('content');
    const hash = hashIfAny(event);
    const stated = textOf(event.metadata.hash);
    if (hash === undefined || hash !== stated) {
      const what = 'was changed after it was written: its hash is not that of its content';
      findings.found({ ...placeOf(event), check: 'content', what, expected: hash ?? 'a hash', found: stated });
    } else if (event.id !== idOf(hash)) {
      const what = 'has an id that is not its hash’s';
      findings.found({ ...placeOf(event), check: 'content', what, expected: idOf(hash), found: event.id });
    }
  }

  function report(event: StoredEvent, what: string, expected: string, found: string): void {
    findings.found({ ...placeOf(event), check: 'chain', what, expected, found, ...mayBeForgotten(event) });
  }

  function checkPlace(event: StoredEvent, end: StreamEnd | undefined): boolean {
    findings.checked('chain');
    const next = (end?.revision ?? -1) + 1;
    const prevHash = textOf(event.metadata.prevHash);
    if (event.revision < next) {
      report(event, 'stands twice, or out of order', `revision ${next}`, `revision ${event.revision}`);
      return false;
    }
    if (event.revision > next) {
      if (end === undefined && !fromStart) takenAsGiven += 1;
      else report(event, missing(next, event.revision - 1), `revision ${next}`, `revision ${event.revision}`);
    } else if (prevHash !== (end?.hash ?? NO_HASH)) {
      report(event, 'does not follow the event before it', end?.hash ?? NO_HASH, prevHash);
    }
    return true;
  }

  return {
    ends,
    get takenAsGiven() {
      return takenAsGiven;
    },
    follow(event) {
      checkOrder(event);
      checkContent(event);
      const end = ends.get(event.stream);
      if (!checkPlace(event, end)) return false;
      const { revision } = event;
      // What it says of itself, so that one changed event is one defect and not two.
      const hash = textOf(event.metadata.hash);
      if (end === undefined) ends.set(event.stream, { revision, hash, position: event.position });
      else {
        end.revision = revision;
        end.hash = hash;
        end.position = event.position;
      }
      return true;
    },
  };
}

/** Whose forgetting would explain that events of this stream are gone. */
export type Forgettable = (event: StoredEvent) => Pick<Finding, 'unlessForgotten'>;

export function placeOf({ stream, revision, position }: StoredEvent) {
  return { stream, revision, position };
}

function missing(first: number, last: number): string {
  return first === last
    ? `comes after a hole: revision ${first} is missing`
    : `comes after a hole: revisions ${first} to ${last} are missing`;
}

function hashIfAny(event: StoredEvent): string | undefined {
  try {
    return hashOf(event);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
