import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { PARTITIONS, partitionOf } from '../../../shared/bus/messages.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { PostgresUnavailable } from '../../../shared/postgres/fault.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createMembership, type Duties, type Membership } from '../instances/membership.js';
import { createMemoryRoster } from '../instances/memory-roster.js';
import type { Roster } from '../instances/roster.js';
import { player } from './stories.js';

export const LEASE_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 5_000;

/** One player of each partition. */
export const PLAYERS: readonly PlayerId[] = onePlayerEach();

export type SimulatedBridge = {
  readonly membership: Membership;
  /** Begins a turn, or lets its next question to the roster through, or its answer back; "lost" drops either. */
  step(how: 'through' | 'lost'): Promise<void>;
  /** Ends a turn that has begun, or takes a whole one. */
  wholeTurn(): Promise<void>;
  /** Starts a request to this player, if it may. */
  send(playerId: PlayerId): boolean;
  /** All requests under way are answered, and what was to be handed over is. */
  settle(): void;
  /** Requests that may be at Fast Track still. */
  underWay(playerId: PlayerId): boolean;
};

/** Several instances over one roster, each of whose steps comes when the test says so, on a clock of the test's. */
export function simulateBridges() {
  let now = 0;
  let ids = 0;
  const roster = createMemoryRoster(() => now);

  function open(name?: string): SimulatedBridge {
    const gates: ((how: 'through' | 'lost') => void)[] = [];
    const gate = () =>
      new Promise<void>((resolve, reject) => {
        gates.push((how) => (how === 'through' ? resolve() : reject(new PostgresUnavailable('lost on the way'))));
      });
    const membership = createMembership({
      ...{ roster: gated(roster, gate), name, logger: silentLogger, monotonic: () => now },
      ...{ leaseMs: LEASE_MS, requestTimeoutMs: REQUEST_TIMEOUT_MS },
      newId() {
        ids += 1;
        return `instance-${ids}`;
      },
    });
    const requests = new Map<number, number>();
    const handovers: { readonly partition: number; readonly done: (partition: number) => void }[] = [];
    const duties: Duties = {
      gained: () => undefined,
      lost: () => undefined,
      handOver: (partitions, done) => handovers.push(...[...partitions].map((partition) => ({ partition, done }))),
      renewed: () => undefined,
      lead: () => undefined,
      hurry: () => undefined,
    };
    let turn: Promise<void> | undefined;

    const bridge: SimulatedBridge = {
      membership,
      async step(how) {
        const next = gates.shift();
        if (next !== undefined) next(how);
        else {
          turn ??= membership
            .turn(duties)
            .catch(() => undefined)
            .finally(() => {
              turn = undefined;
            });
        }
        await turnOfTheLoop();
      },
      async wholeTurn() {
        do await bridge.step('through');
        while (turn !== undefined);
      },
      send(playerId) {
        if (membership.epochOf(playerId) === undefined || !membership.mayStart()) return false;
        requests.set(partitionOf(playerId), now + REQUEST_TIMEOUT_MS);
        return true;
      },
      settle() {
        requests.clear();
        for (const { partition, done } of handovers.splice(0)) done(partition);
      },
      underWay: (playerId) => (requests.get(partitionOf(playerId)) ?? Number.NEGATIVE_INFINITY) > now,
    };
    return bridge;
  }

  return {
    open,
    pass(ms: number) {
      now += ms;
    },
  };
}

/** Every question to the roster waits twice: before it is asked, and before it is answered. */
function gated(roster: Roster, gate: () => Promise<void>): Roster {
  async function through<T>(ask: () => Promise<T>): Promise<T> {
    await gate();
    const answer = await ask();
    await gate();
    return answer;
  }
  return {
    join: (newcomer) => through(() => roster.join(newcomer)),
    renew: (id, leaseMs) => through(() => roster.renew(id, leaseMs)),
    bury: (id) => through(() => roster.bury(id)),
    roll: (id) => through(() => roster.roll(id)),
    take: (id, count) => through(() => roster.take(id, count)),
    takeIntake: (id) => through(() => roster.takeIntake(id)),
    release: (id, partitions) => through(() => roster.release(id, partitions)),
    leave: (id) => through(() => roster.leave(id)),
  };
}

function onePlayerEach(): PlayerId[] {
  const found = new Map<number, PlayerId>();
  for (let id = 1; found.size < PARTITIONS; id += 1) found.set(partitionOf(player(id)), player(id));
  return [...found.values()];
}
