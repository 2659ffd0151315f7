import { partitionOf } from '../../../shared/bus/messages.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Lane } from './lane.js';
import type { Lanes } from './lanes.js';

export type HandoverOptions = {
  readonly lanes: Pick<Lanes, 'all' | 'has'>;
  /** Resolves once nothing of theirs waits to be written. */
  readonly saved: (playerId: PlayerId) => Promise<void>;
  readonly letGo: (lane: Lane) => void;
};

export type Handover = {
  /** Says of each partition when nothing is under way there and all is written. Nothing new starts there any more. */
  begin(partitions: ReadonlySet<number>, done: (partition: number) => void): void;
  /** Whether this lane, whose turn has just ended, was let go or is let go now. */
  isOver(lane: Lane): boolean;
};

/** Lanes on their way to another instance: those that are busy end their turn first. */
export function createHandover({ lanes, saved, letGo }: HandoverOptions): Handover {
  const ending = new Map<Lane, () => void>();

  async function end(lane: Lane): Promise<void> {
    if (lane.state === 'busy') await new Promise<void>((resolve) => ending.set(lane, resolve));
    else letGo(lane);
    await saved(lane.playerId);
  }

  return {
    begin(partitions, done) {
      const ends = new Map<number, Promise<void>[]>([...partitions].map((partition) => [partition, []]));
      for (const lane of lanes.all()) ends.get(partitionOf(lane.playerId))?.push(end(lane));
      for (const [partition, all] of ends) void Promise.all(all).then(() => done(partition));
    },
    isOver(lane) {
      const onEnd = ending.get(lane);
      ending.delete(lane);
      if (onEnd !== undefined) letGo(lane);
      onEnd?.();
      return !lanes.has(lane);
    },
  };
}
