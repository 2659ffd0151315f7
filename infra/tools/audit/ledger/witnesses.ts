import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import type { StreamEnd } from './books.js';
import type { Finding, Findings } from './findings.js';

/** Somebody outside the event store who once saw that a stream held this event. */
export type Witness = {
  readonly check: 'marks' | 'anchor';
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
  /** Whose stream it is, where that says whether it may be gone. */
  readonly unlessForgotten?: string;
};

/** Compares what witnesses saw with the streams as they are read. */
export type Witnesses = {
  take(event: StoredEvent): void;
  /** What the streams did not come to. Answers how many could not be compared. */
  finish(ends: ReadonlyMap<string, StreamEnd>, fromStart: boolean): number;
};

const WHO = { marks: 'ft-bridge', anchor: 'the anchor' } as const;

export function createWitnesses(all: readonly Witness[], findings: Findings): Witnesses {
  const open = new Map<string, Witness[]>();
  for (const witness of all) {
    const others = open.get(witness.stream);
    if (others === undefined) open.set(witness.stream, [witness]);
    else others.push(witness);
  }

  return {
    take(event) {
      const witnesses = open.get(event.stream);
      if (witnesses === undefined) return;
      const left = witnesses.filter((witness) => witness.revision !== event.revision);
      if (left.length === witnesses.length) return;
      for (const witness of witnesses) {
        if (witness.revision !== event.revision) continue;
        findings.checked(witness.check);
        if (witness.hash !== event.metadata.hash) findings.found(rewritten(witness, event));
      }
      if (left.length === 0) open.delete(event.stream);
      else open.set(event.stream, left);
    },

    finish(ends, fromStart) {
      let notCompared = 0;
      for (const witnesses of open.values()) {
        for (const witness of witnesses) {
          const end = ends.get(witness.stream);
          // Read from the middle, a stream may have passed that revision before.
          if (!fromStart && (end === undefined || end.revision > witness.revision)) {
            notCompared += 1;
            continue;
          }
          findings.checked(witness.check);
          findings.found(cut(witness, end));
        }
      }
      return notCompared;
    },
  };
}

function rewritten(witness: Witness, { stream, revision, position, metadata }: StoredEvent): Finding {
  const what = `is not the event that ${WHO[witness.check]} saw: the stream was rewritten here or before`;
  const found = String(metadata.hash);
  return { check: witness.check, stream, revision, position, what, expected: `hash ${witness.hash}`, found };
}

function cut({ check, stream, revision, hash, unlessForgotten }: Witness, end: StreamEnd | undefined): Finding {
  return {
    ...{ check, stream, revision },
    what: `is gone, and ${WHO[check]} saw it: the end of the stream was cut off`,
    expected: `an event with hash ${hash}`,
    found: end === undefined ? 'no stream' : `an end at revision ${end.revision}`,
    ...(end === undefined ? {} : { position: end.position }),
    ...(unlessForgotten === undefined ? {} : { unlessForgotten }),
  };
}
