import { partitionOf } from '../../../shared/bus/messages.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Ownership } from './ownership.js';
import type { Roll, Roster } from './roster.js';
import { shareOf } from './share.js';

export type MembershipOptions = {
  readonly roster: Roster;
  /** What the first to join under it takes over at once; see the roster. */
  readonly name: string | undefined;
  readonly newId: () => string;
  readonly leaseMs: number;
  /** How long a request may take: none is started that the lease might not outlive. */
  readonly requestTimeoutMs: number;
  /** A clock that nobody sets, in ms. It goes on while the process is paused. */
  readonly monotonic: () => number;
  readonly logger: Logger;
};

/** What is to be done as lanes come and go. */
export type Duties = {
  /** There are new lanes of ours in the inbox. */
  gained(partitions: ReadonlySet<number>): void;
  /** No longer ours: whatever is under way there counts for nothing. */
  lost(partitions: ReadonlySet<number>): void;
  /** Nothing more is to be started there; `done` once nothing is under way and all is written. */
  handOver(partitions: ReadonlySet<number>, done: (partition: number) => void): void;
  /** The lease has been renewed: what waited for that may go on. */
  renewed(): void;
  lead(isLeader: boolean): void;
  /** A turn is wanted before its time. */
  hurry(): void;
};

export type Membership = Ownership & {
  /**
   * Renews the lease, gives up what others wait for, takes what is free. One at a time.
   * @throws PostgresUnavailable; the next turn makes good whatever this one left undone or unknown.
   */
  turn(duties: Duties): Promise<void>;
  leave(): Promise<void>;
  owned(): number;
  leads(): boolean;
  /** Instances that are there, as of the last turn. */
  instances(): number;
  /** What keeps us from delivering, in words for an operator. */
  missing(): string | undefined;
};

/**
 * One instance's part of the work. It believes itself the owner of a partition no longer than the roster does: its lease
 * is counted from before the renewing query was sent, and nothing is started that might end after it.
 *
 * @throws Error when a request may take as long as the lease lasts
 */
export function createMembership(options: MembershipOptions): Membership {
  const { roster, leaseMs, requestTimeoutMs, monotonic, logger } = options;
  if (leaseMs <= requestTimeoutMs)
    throw new Error(
      `a lease of ${leaseMs} ms is over before a request of ${requestTimeoutMs} ms is: nothing could start`,
    );
  let { name } = options;
  let id: string | undefined;
  /** The same until it is known to be there: a join whose answer was lost must not leave a ghost. */
  let newcomer = options.newId();
  let leaseEnd = Number.NEGATIVE_INFINITY;
  let leads = false;
  let instances = 0;
  /** Ours: partition → epoch. */
  const held = new Map<number, number>();
  /** Ours still, but others wait for them: nothing is started there. */
  const leaving = new Set<number>();
  /** Of those, where nothing is under way any more. */
  const handedOver = new Set<number>();

  /** Answers under which id we are there now. */
  async function beThere(duties: Duties): Promise<string> {
    const askedAt = monotonic();
    if (id === undefined) return join(askedAt, duties);
    if (!(await roster.renew(id, leaseMs))) {
      logger.error({ instance: id, partitions: held.size }, 'the lease ran out and others took over');
      loseAll(duties);
      return join(monotonic(), duties);
    }
    const wasSteady = leaseEnd - askedAt > leaseMs / 2;
    leaseEnd = askedAt + leaseMs;
    duties.renewed();
    // Who could not renew until now must suppose that nobody could: the others get until the next turn.
    if (wasSteady) await roster.bury(id);
    return id;
  }

  async function join(askedAt: number, duties: Duties): Promise<string> {
    const joined = newcomer;
    await roster.join({ id: joined, name, leaseMs });
    id = joined;
    newcomer = options.newId();
    // Only once: had another replaced us by our own name, the two would take everything back and forth.
    name = undefined;
    leaseEnd = askedAt + leaseMs;
    logger.info({ instance: joined }, 'joined the bridges');
    duties.renewed();
    await roster.bury(joined);
    return joined;
  }

  function loseAll(duties: Duties): void {
    id = undefined;
    leaseEnd = Number.NEGATIVE_INFINITY;
    setLead(false, duties);
    accept(new Map(), duties);
  }

  /** Makes what we think is ours what the roster says: the answer to a query may have been lost, but not what it did. */
  function accept(ours: ReadonlyMap<number, number>, duties: Duties): void {
    const lost = [...held]
      .filter(([partition, epoch]) => ours.get(partition) !== epoch)
      .map(([partition]) => partition);
    for (const partition of lost) {
      held.delete(partition);
      leaving.delete(partition);
      handedOver.delete(partition);
    }
    if (lost.length > 0) {
      logger.warn({ partitions: lost.length, owned: held.size }, 'partitions lost');
      duties.lost(new Set(lost));
    }
    gain(ours, duties);
  }

  function gain(ours: ReadonlyMap<number, number>, duties: Duties): void {
    const gained = [...ours].filter(([partition]) => !held.has(partition));
    if (gained.length === 0) return;
    for (const [partition, epoch] of gained) held.set(partition, epoch);
    logger.info({ partitions: gained.length, owned: held.size, instances }, 'partitions gained');
    duties.gained(new Set(gained.map(([partition]) => partition)));
  }

  function giveUp(partitions: readonly number[], duties: Duties): void {
    if (partitions.length === 0) return;
    const epochs = new Map(partitions.map((partition) => [partition, held.get(partition)]));
    for (const partition of partitions) leaving.add(partition);
    logger.info({ partitions: partitions.length, instances }, 'partitions are handed over');
    duties.handOver(new Set(partitions), (partition) => {
      // It may have been lost meanwhile, and even be ours anew.
      if (!leaving.has(partition) || held.get(partition) !== epochs.get(partition)) return;
      handedOver.add(partition);
      duties.hurry();
    });
  }

  async function release(me: string): Promise<void> {
    if (handedOver.size === 0) return;
    const released = [...handedOver];
    await roster.release(me, released);
    for (const partition of released) {
      held.delete(partition);
      leaving.delete(partition);
      handedOver.delete(partition);
    }
  }

  async function lead(me: string, { intake }: Roll, duties: Duties): Promise<void> {
    setLead(intake === 'ours' || (intake === 'free' && (await roster.takeIntake(me))), duties);
  }

  function setLead(isLeader: boolean, duties: Duties): void {
    if (leads === isLeader) return;
    leads = isLeader;
    logger.info({ leads }, leads ? 'this bridge takes from JetStream now' : 'another bridge takes from JetStream now');
    duties.lead(leads);
  }

  return {
    epochOf(playerId) {
      const partition = partitionOf(playerId);
      return leaving.has(partition) ? undefined : held.get(partition);
    },
    mayStart: () => monotonic() + requestTimeoutMs <= leaseEnd,
    async turn(duties) {
      const me = await beThere(duties);
      await release(me);
      const roll = await roster.roll(me);
      instances = roll.instances;
      accept(roll.held, duties);
      const staying = [...held.keys()].filter((partition) => !leaving.has(partition));
      const share = shareOf(staying, roll.instances, roll.free);
      giveUp(share.release, duties);
      if (share.take > 0) gain(await roster.take(me, share.take), duties);
      await lead(me, roll, duties);
    },
    async leave() {
      if (id === undefined) return;
      const me = id;
      id = undefined;
      leaseEnd = Number.NEGATIVE_INFINITY;
      held.clear();
      leaving.clear();
      leads = false;
      await roster.leave(me);
    },
    owned: () => held.size,
    leads: () => leads,
    instances: () => instances,
    missing() {
      if (id === undefined) return 'instances: not among the bridges yet';
      return monotonic() > leaseEnd ? 'instances: the lease ran out and could not be renewed' : undefined;
    },
  };
}
