import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Inbox, LaneState } from '../inbox/inbox.js';
import type { Growth } from '../inbox/lane-news.js';
import type { Ownership } from '../instances/ownership.js';
import { type Backoff, persist } from '../persist.js';
import { gather } from './gather.js';
import type { Lane } from './lane.js';
import type { Lanes } from './lanes.js';

export type GrowthOptions = {
  readonly inbox: Pick<Inbox, 'lanesOf'>;
  readonly lanes: Pick<Lanes, 'get' | 'keepWhile'>;
  readonly ownership: Pick<Ownership, 'epochOf'>;
  readonly wake: (lane: Lane, taken: number) => void;
  readonly wakeRow: (row: LaneState) => void;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
};

/**
 * Another instance took more events of a player of ours. A lane in memory only needs to know how far it reaches now: what
 * is under way goes on. One that is not is read, together with all others that are wanted meanwhile.
 */
export function createGrowth(options: GrowthOptions): (growth: Growth) => void {
  const { inbox, lanes, ownership, wake, wakeRow, backoff, signal } = options;
  const readRow = gather(async (playerIds: readonly PlayerId[]) => {
    const rows = new Map((await inbox.lanesOf([...new Set(playerIds)])).map((row) => [row.playerId, row]));
    return (playerId) => rows.get(playerId);
  });

  async function pickUp(playerId: PlayerId): Promise<void> {
    const row = await persist(() => readRow(playerId), backoff, signal);
    if (row !== undefined) wakeRow(row);
  }

  return ({ playerId, taken }) => {
    if (ownership.epochOf(playerId) === undefined) return;
    const lane = lanes.get(playerId);
    if (lane === undefined) void lanes.keepWhile(() => pickUp(playerId), playerId);
    else wake(lane, taken);
  };
}
