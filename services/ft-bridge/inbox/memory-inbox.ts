import { EMPTY_HEAD, type Head } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { type Arrival, headOf } from './arrival.js';
import { judge } from './chain.js';
import { groupBy } from './group-by.js';
import type {
  Delivered,
  FailedAttempt,
  Failing,
  Fenced,
  Inbox,
  LaneState,
  Parked,
  Replay,
  Replayed,
  Standing,
  TakeResult,
} from './inbox.js';

type Row = { readonly arrival: Arrival; delivered: Delivered | undefined };

type Lane = {
  /** By revision, from 0 without a gap. */
  rows: Row[];
  delivered: number;
  partsDone: number;
  failing: Failing | undefined;
  replay: Replay | undefined;
  parked: Parked | undefined;
};

/** The in-memory twin of the inbox, with what the back office sees of it and what operators do to it. */
export type MemoryInbox = Inbox & {
  deliveredRows(): readonly Delivered[];
  failedAttempts(): readonly FailedAttempt[];
  /** An operator's decision, as its transaction leaves the lane. */
  decide(playerId: PlayerId, change: Partial<Pick<Lane, 'delivered' | 'failing' | 'partsDone' | 'replay'>>): void;
};

export function createMemoryInbox(isOurs: (done: Fenced) => boolean = () => true): MemoryInbox {
  const lanes = new Map<PlayerId, Lane>();
  const failed: FailedAttempt[] = [];

  function laneFor(playerId: PlayerId): Lane {
    const lane = lanes.get(playerId) ?? {
      rows: [],
      delivered: EMPTY_HEAD.revision,
      partsDone: 0,
      failing: undefined,
      replay: undefined,
      parked: undefined,
    };
    lanes.set(playerId, lane);
    return lane;
  }

  function take(playerId: PlayerId, arrivals: readonly Arrival[]): TakeResult {
    const lane = laneFor(playerId);
    const judgement = judge(markOf(lane), (revision) => lane.rows[revision]?.arrival.event.metadata.hash, arrivals);
    const { taken, duplicates, mismatched, hole } = judgement;
    lane.rows.push(...taken.map((arrival) => ({ arrival, delivered: undefined })));
    return { playerId, taken, duplicates, mismatched, hole, lane: stateOf(playerId, lane) };
  }

  return {
    async take(arrivals) {
      return [...groupBy(arrivals, ({ playerId }) => playerId)].map(([playerId, own]) => take(playerId, own));
    },
    async takeTruth(playerId, truth) {
      const lane = laneFor(playerId);
      const fork = truth.find(({ event }) => {
        const ours = lane.rows[event.revision]?.arrival.event.metadata.hash;
        return ours !== undefined && ours !== event.metadata.hash;
      });
      if (fork !== undefined) {
        lane.rows.length = fork.event.revision;
        lane.delivered = Math.min(lane.delivered, fork.event.revision - 1);
        lane.partsDone = 0;
        lane.failing = undefined;
        lane.replay = cutAfter(lane.replay, fork.event.revision - 1);
      }
      return { ...take(playerId, truth), rewound: fork !== undefined };
    },
    async markOf(playerId) {
      return markOf(laneFor(playerId));
    },
    async hashes(playerId, from, to) {
      const rows = laneFor(playerId).rows.slice(from, to + 1);
      return new Map(rows.map(({ arrival }) => [arrival.event.revision, arrival.event.metadata.hash]));
    },
    async newestPosition() {
      const positions = [...lanes.values()].flatMap(({ rows }) => rows.map(({ arrival }) => arrival.position));
      return positions.reduce<bigint | undefined>((max, at) => (max === undefined || at > max ? at : max), undefined);
    },
    async pages(wanted, limit) {
      return wanted.map(({ playerId, after }) => {
        const { rows, parked } = laneFor(playerId);
        const end = Math.min(after + 1 + limit, parked?.revision ?? Number.POSITIVE_INFINITY);
        return {
          playerId,
          events: rows.slice(after + 1, Math.max(end, after + 1)).map(({ arrival }) => arrival.event),
          unreadable: undefined,
        };
      });
    },
    async backlog(after, limit) {
      return [...lanes]
        .filter(([playerId]) => Number(playerId) > Number(after ?? 0))
        .filter(([, { delivered, rows, replay, parked }]) => {
          const hasWork = delivered < rows.length - 1 || replay !== undefined;
          return hasWork && (parked === undefined || delivered + 1 < parked.revision);
        })
        .sort(([a], [b]) => Number(a) - Number(b))
        .slice(0, limit)
        .map(([playerId, lane]) => stateOf(playerId, lane));
    },
    async lanesOf(playerIds) {
      return playerIds.flatMap((playerId) => {
        const lane = lanes.get(playerId);
        return lane === undefined ? [] : [stateOf(playerId, lane)];
      });
    },
    async settle(delivered, standing, replayed = [], attempts = []) {
      for (const mark of delivered.filter(isOurs)) markDelivered(laneFor(mark.playerId), mark);
      for (const state of standing.filter(isOurs)) keepStanding(laneFor(state.playerId), state);
      for (const replay of replayed.filter(isOurs)) keepReplay(laneFor(replay.playerId), replay);
      failed.push(...attempts);
    },
    async park(playerId, parked, fence) {
      if (fence !== undefined && !isOurs({ playerId, fence })) return;
      const lane = laneFor(playerId);
      if (lane.parked === undefined || lane.parked.revision >= parked.revision) lane.parked = parked;
    },
    async unpark(playerId) {
      laneFor(playerId).parked = undefined;
    },
    async parked(playerId) {
      return laneFor(playerId).parked;
    },
    async counts() {
      const all = [...lanes.values()];
      return {
        undelivered: all.reduce((sum, { rows, delivered }) => sum + rows.length - 1 - delivered, 0),
        parked: all.filter(({ parked }) => parked !== undefined).length,
      };
    },
    failedAttempts: () => failed,
    deliveredRows: () => [...lanes.values()].flatMap(({ rows }) => rows.flatMap((row) => row.delivered ?? [])),
    decide(playerId, change) {
      Object.assign(laneFor(playerId), change);
    },
  };
}

function markOf({ rows }: Lane): Head {
  const last = rows.at(-1);
  return last === undefined ? EMPTY_HEAD : headOf(last.arrival);
}

function stateOf(playerId: PlayerId, { rows, delivered, partsDone, failing, replay, parked }: Lane): LaneState {
  return { playerId, delivered, taken: rows.length - 1, partsDone, failing, replay, parked: parked?.revision };
}

function cutAfter(replay: Replay | undefined, revision: number): Replay | undefined {
  if (replay === undefined || replay.next > revision) return undefined;
  return { next: replay.next, last: Math.min(replay.last, revision) };
}

function markDelivered(lane: Lane, mark: Delivered): void {
  const row = lane.rows[mark.revision];
  if (row?.arrival.event.id !== mark.eventId) return;
  row.delivered = mark;
  if (lane.delivered >= mark.revision) return;
  lane.delivered = mark.revision;
  lane.partsDone = 0;
  lane.failing = undefined;
}

function keepStanding(lane: Lane, { delivered, partsDone, failing }: Standing): void {
  if (lane.delivered !== delivered) return;
  lane.partsDone = partsDone;
  lane.failing = failing;
}

function keepReplay(lane: Lane, { next, last }: Replayed): void {
  if (lane.replay?.last !== last || lane.replay.next >= next) return;
  lane.replay = next > last ? undefined : { next, last };
}
