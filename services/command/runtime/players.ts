import { LRUCache } from 'lru-cache';
import { type EventStore, RevisionConflict, type StoredEvent } from '../../../shared/event-store/event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import { type DecisionContext, EMPTY_HEAD, type Head, seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION, type PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { decideFor, type Player, type PlayerDecision } from '../player/decision.js';
import { evolve } from '../player/evolve.js';
import { unarchivedPast } from '../player/past.js';
import { NO_PLAYER, type PlayerState } from '../player/state.js';
import { remember, type TransactionRecord } from '../player/transactions.js';
import type { Unfolding } from '../player/unfolding.js';
import { createQueues, QueueFull } from './queues.js';

/** Who asks, and what the request is called in the logs: in the metadata of every event it leads to. */
export type RequestContext = Omit<DecisionContext, 'schemaVersion' | 'recordedAt' | 'occurredAt'> & {
  /** ISO 8601 with milliseconds: the moment of the request. */
  readonly now: string;
};

export type Executed<Answer> = {
  readonly decision: PlayerDecision<Answer>;
  /** Where the last event was stored; undefined when nothing was appended. */
  readonly position: bigint | undefined;
};

/** How often a decision that lost a race is taken again before the caller is told to come back. */
const ATTEMPTS_MAX = 10;

/**
 * Cached players count by what they remember, so that one with a long history takes the room of many. A record takes
 * about 400 bytes.
 */
const CACHED_RECORDS_MAX = 600_000;

/** What a player without any transaction takes, in records. */
const PLAYER_RECORDS = 8;

type Aggregate = {
  head: Head;
  state: PlayerState;
  readonly transactions: Map<string, TransactionRecord>;
};

/** More requests for this player than can be answered in time. Nothing was appended. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** Every race was lost: others write to this player without pause. Nothing was appended. */
export class TooManyConflicts extends Error {
  override readonly name = 'TooManyConflicts';
}

export type Players = {
  /**
   * Runs a pure decision against the player's history and appends what it comes to, at the revision it was decided on.
   * Requests for one player wait for each other; against other processes the store's revision decides, and the loser
   * decides again on what the winner wrote.
   *
   * @throws AppendOutcomeUnknown, StoreUnavailable, TooManyConflicts, TooManyWaiting: safe to ask again with the same ids.
   */
  execute<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (player: Player) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>>;
  /** As `execute`, for a registered player, at the moment of the request: what fell due before it comes first. */
  decide<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (unfolding: Unfolding) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>>;
};

export type PlayersOptions = {
  readonly cachedRecordsMax?: number;
  /** An append lost its race. */
  readonly onConflict?: () => void;
};

export function createPlayers(store: EventStore, catalogue: Catalogue, options: PlayersOptions = {}): Players {
  const { cachedRecordsMax = CACHED_RECORDS_MAX, onConflict = () => undefined } = options;
  const queues = createQueues();
  const cache = new LRUCache<PlayerId, Aggregate>({ maxSize: cachedRecordsMax, sizeCalculation: recordsOf });

  return {
    execute,
    decide: (playerId, context, decide) =>
      execute(playerId, context, (player) => decideFor(player, context.now, catalogue, decide)),
  };

  function execute<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (player: Player) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>> {
    return waitingAtMost(queues.run(playerId, () => executeAlone(playerId, context, decide)));
  }

  function keep(playerId: PlayerId, aggregate: Aggregate): void {
    // The same object again would keep the size that it had when it came in, and the cache would grow without end.
    cache.delete(playerId);
    cache.set(playerId, aggregate);
  }

  async function executeAlone<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (player: Player) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>> {
    const { now, ...asked } = context;
    const sealing = { ...asked, schemaVersion: PLAYER_SCHEMA_VERSION, occurredAt: now, recordedAt: now };
    const cached = cache.get(playerId);
    const aggregate = cached ?? { head: EMPTY_HEAD, state: NO_PLAYER, transactions: new Map() };
    let atHead = false;
    if (cached === undefined) {
      await catchUp(playerId, aggregate);
      atHead = true;
    }
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { state, transactions } = aggregate;
      const decision = decide({ playerId, state, past: unarchivedPast(transactions) });
      if (!decision.ok || decision.events.length === 0) {
        // What appends nothing was not checked by the store, so it is confirmed at the head: another process may have
        // written. What was accepted once stays accepted, so a replay needs no such check.
        if (atHead || isReplay(decision) || !(await catchUp(playerId, aggregate)))
          return { decision, position: undefined };
        atHead = true;
        continue;
      }
      const sealed = seal(playerStream(playerId), aggregate.head, decision.events, sealing);
      try {
        const expected = aggregate.head.revision === -1 ? 'no_stream' : aggregate.head.revision;
        const { position } = await store.append(playerStream(playerId), sealed.events, expected);
        for (const event of decision.events) apply(aggregate, event, now);
        aggregate.head = sealed.head;
        keep(playerId, aggregate);
        return { decision, position };
      } catch (error) {
        // What is cached may be behind by just this append; the next request reads anew.
        cache.delete(playerId);
        if (!(error instanceof RevisionConflict)) throw error;
        onConflict();
        // Someone else wrote first: what we decided on is stale, so decide again.
        await catchUp(playerId, aggregate);
        atHead = true;
      }
    }
    throw new TooManyConflicts(`player ${playerId}: ${ATTEMPTS_MAX} decisions in a row were stale`);
  }

  /** Reads on from where the aggregate is. True when there was anything new. */
  async function catchUp(playerId: PlayerId, aggregate: Aggregate): Promise<boolean> {
    const from = aggregate.head.revision + 1;
    try {
      for await (const stored of store.readStream(playerStream(playerId), { from })) follow(aggregate, stored);
    } finally {
      // Also what a read got hold of before it failed: it is so much of the history, in order.
      if (aggregate.head.revision >= 0) keep(playerId, aggregate);
    }
    return aggregate.head.revision >= from;
  }
}

/** What came of a queue; that it was full is for the caller of the service. @throws TooManyWaiting */
export async function waitingAtMost<T>(queued: Promise<T>): Promise<T> {
  try {
    return await queued;
  } catch (error) {
    throw error instanceof QueueFull ? new TooManyWaiting(error.message, { cause: error }) : error;
  }
}

/** Everything of a player that grows with its history. */
function recordsOf({ state, transactions }: Aggregate): number {
  const others =
    state.status === 'none'
      ? 0
      : state.payments.size + state.endedSessions.size + state.bonuses.size + state.logins.size;
  return PLAYER_RECORDS + transactions.size + others;
}

function follow(aggregate: Aggregate, stored: StoredEvent): void {
  const event = decodePlayerEvent(stored);
  const { revision, hash } = aggregate.head;
  if (stored.revision !== revision + 1 || event.metadata.prevHash !== hash) {
    throw new Error(`${stored.stream}@${stored.revision} does not follow ${revision} ${hash}`);
  }
  apply(aggregate, event, event.metadata.recordedAt);
  aggregate.head = { revision: stored.revision, hash: event.metadata.hash };
}

function apply(aggregate: Aggregate, event: PlayerEvent, at: string): void {
  aggregate.state = evolve(aggregate.state, event, at, unarchivedPast(aggregate.transactions));
  remember(aggregate.transactions, event, at);
}

function isReplay<Answer>(decision: PlayerDecision<Answer>): boolean {
  const answer: unknown = decision.ok ? decision.answer : undefined;
  return typeof answer === 'object' && answer !== null && 'replayed' in answer && answer.replayed === true;
}
