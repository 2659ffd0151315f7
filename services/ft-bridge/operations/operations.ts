import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Row } from '../../../shared/postgres/postgres.js';
import type { Repair } from '../intake/repair.js';
import { type Decision, readDecisions } from './decisions.js';
import { type LanesWanted, type LaneView, readAttempts, readLane, readLanes } from './lane-reads.js';
import type { Outcome } from './outcome.js';
import { type Replay, type Replayed, replay } from './replay.js';
import { type Retry, retry } from './retry.js';
import { type Skip, skip } from './skip.js';
import type { RecordSource } from './stored-records.js';

export type OperationsOptions = {
  readonly postgres: Postgres;
  readonly store: RecordSource;
  readonly repair: Repair;
  /** Called after the commit. Other instances hear of it by themselves. */
  readonly onLaneChanged: (playerId: PlayerId) => void;
};

export type LaneDetails = { readonly lane: LaneView; readonly attempts: readonly Row[] };

/** What operators look up about lanes, and do about them. Every action is one transaction, with who did it. */
export type Operations = {
  lanes(wanted: LanesWanted): Promise<readonly LaneView[]>;
  lane(playerId: PlayerId): Promise<LaneDetails | undefined>;
  retry(wanted: Retry): Promise<Outcome<Decision>>;
  skip(wanted: Skip): Promise<Outcome<Decision>>;
  replay(wanted: Replay): Promise<Outcome<Replayed>>;
  decisions(wanted: Parameters<typeof readDecisions>[1]): Promise<readonly Decision[]>;
};

const ATTEMPTS_SHOWN = 50;
/** How long a retry waits to see what its repair comes to. */
const REPAIR_WAIT_MS = 3_000;

export function createOperations({ postgres, store, repair, onLaneChanged }: OperationsOptions): Operations {
  async function heard<T>(playerId: PlayerId, outcome: Outcome<T>): Promise<Outcome<T>> {
    if (outcome.ok) onLaneChanged(playerId);
    return outcome;
  }

  return {
    lanes: (wanted) => readLanes(postgres, wanted),
    async lane(playerId) {
      const lane = await readLane(postgres, playerId);
      if (lane === undefined) return undefined;
      return { lane, attempts: await readAttempts(postgres, playerId, ATTEMPTS_SHOWN) };
    },
    async retry(wanted) {
      const outcome = await heard(wanted.playerId, await retry(postgres, wanted));
      if (!outcome.ok) return outcome;
      const { decision, needsRepair } = outcome.value;
      if (needsRepair) await withinTime(repair.request(wanted.playerId, { evenIfParked: true }));
      return { ...outcome, value: decision };
    },
    async skip(wanted) {
      const outcome = await heard(wanted.playerId, await skip(postgres, store, wanted));
      // What comes after an event that could not be read was never taken.
      if (outcome.ok) void repair.request(wanted.playerId).catch(() => undefined);
      return outcome;
    },
    replay: async (wanted) => heard(wanted.playerId, await replay(postgres, store, wanted)),
    decisions: (wanted) => readDecisions(postgres, wanted),
  };
}

/** A repair goes on by itself while a server is away; one that is given up because we stop is the next start's. */
async function withinTime(work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const end = sleep(REPAIR_WAIT_MS, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), end]);
  over.abort();
}
