import { type EventStore, RevisionConflict } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import {
  type DecideOptions,
  decideFor,
  type Player,
  type PlayerDecision,
  settleWhatIsDue,
} from '../player/decision.js';
import type { Unfolding } from '../player/unfolding.js';
import type { Archive } from './archive.js';
import { type Decided, decideTogether, type Request } from './decide-together.js';
import { createHistories, type HistoriesOptions } from './histories.js';
import { createLines } from './lines.js';
import { createQueues, QueueFull } from './queues.js';
import type { RequestContext } from './request-context.js';

export type Executed<Answer> = {
  readonly decision: PlayerDecision<Answer>;
  /** Where the append ends that its last event is in; undefined when nothing was appended. */
  readonly position: bigint | undefined;
};

/**
 * For how long a decision that lost a race is taken again before the caller is told to come back. Time, not a number:
 * another instance that works off a queue wins every race until that is empty, as it need not read first.
 */
const DECIDE_AGAIN_MS = 3_000;

/** More requests for this player than can be answered in time. Nothing was appended. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** Every race was lost: others write to this player without pause. Nothing was appended. */
export class TooManyConflicts extends Error {
  override readonly name = 'TooManyConflicts';
}

type Outcome = PromiseSettledResult<Executed<unknown>>;

export type Players = {
  /**
   * Runs a pure decision against the player's history and appends what it comes to, at the revision it was decided on.
   * Requests for one player wait for each other, and those that came meanwhile share an append; against other processes
   * the store's revision decides, and the loser decides again on what the winner wrote.
   *
   * @throws AppendOutcomeUnknown, StoreUnavailable, TooManyConflicts, TooManyWaiting: safe to ask again with the same ids.
   */
  execute<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (player: Player) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>>;
  /**
   * As `execute`, for a registered player, at the moment of the request: what fell due before it comes first. Of a
   * forgotten one only what the options say.
   */
  decide<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (unfolding: Unfolding) => PlayerDecision<Answer>,
    options?: DecideOptions,
  ): Promise<Executed<Answer>>;
  /** Records what has fallen due for the player by the moment of the request; nothing when that is settled. */
  settle(playerId: PlayerId, context: RequestContext): Promise<Executed<'settled'>>;
};

export type PlayersOptions = HistoriesOptions & {
  /** An append lost its race. */
  readonly onConflict?: () => void;
  /** How a long line waits for others to have their turn; default a timer. */
  readonly stepAside?: (ms: number) => Promise<unknown>;
};

export function createPlayers(
  {
    store,
    catalogue,
    archive,
  }: { readonly store: EventStore; readonly catalogue: Catalogue; readonly archive: Archive },
  options: PlayersOptions = {},
): Players {
  const { onConflict = () => undefined } = options;
  const queues = createQueues();
  const histories = createHistories({ store, archive, queues }, options);
  const lines = createLines(queues, serve, options);

  return {
    execute,
    decide: (playerId, context, decide, options) =>
      execute(playerId, context, (player) => decideFor(player, context.now, catalogue, decide, options)),
    settle: (playerId, context) =>
      execute(playerId, context, (player) => settleWhatIsDue(player, context.now, catalogue)),
  };

  async function execute<Answer>(
    playerId: PlayerId,
    context: RequestContext,
    decide: (player: Player) => PlayerDecision<Answer>,
  ): Promise<Executed<Answer>> {
    histories.assertAtHand(playerId);
    // The line takes requests of every kind; what this one is answered is what its own decision said.
    return waitingAtMost(lines.join(playerId, { context, decide })) as Promise<Executed<Answer>>;
  }

  /**
   * Serves the first of those who wait: all whose events go into one append, or all that need none. So each answer is
   * true at the moment that it is given, as if they had come one after the other.
   */
  async function serve(playerId: PlayerId, waiting: readonly Request[]): Promise<readonly Outcome[]> {
    histories.assertAtHand(playerId);
    const cached = histories.cached(playerId);
    const aggregate = cached ?? (await histories.load(playerId));
    let atHead = cached === undefined;
    const until = performance.now() + DECIDE_AGAIN_MS;
    for (;;) {
      const { kind, decided, events, branch } = decideTogether(playerId, aggregate, waiting);
      if (kind !== 'news') {
        // What appends nothing was not checked by the store, so it is confirmed at the head: another process may have
        // written. What was accepted once stays accepted, so a replay needs no such check.
        if (atHead || kind === 'known' || !(await histories.catchUp(playerId, aggregate)))
          return decided.map((one) => outcomeOf(one, undefined));
        atHead = true;
        continue;
      }
      try {
        const expected = aggregate.head.revision === -1 ? 'no_stream' : aggregate.head.revision;
        const { position } = await store.append(playerStream(playerId), events, expected);
        branch.adopt();
        histories.keep(playerId, aggregate);
        return decided.map((one) => outcomeOf(one, position));
      } catch (error) {
        // What is cached may be behind by just this append; the next request reads anew.
        histories.discard(playerId);
        if (!(error instanceof RevisionConflict)) return decided.map(() => failed(error));
        onConflict();
        if (performance.now() > until)
          return decided.map(() => failed(new TooManyConflicts(`${playerId}: others wrote for ${DECIDE_AGAIN_MS} ms`)));
        // Someone else wrote first: what we decided on is stale, so decide again.
        await histories.catchUp(playerId, aggregate);
        atHead = true;
      }
    }
  }
}

function outcomeOf(decided: Decided, position: bigint | undefined): Outcome {
  if ('defect' in decided) return failed(decided.defect);
  return { status: 'fulfilled', value: { decision: decided.decision, position } };
}

function failed(reason: unknown): Outcome {
  return { status: 'rejected', reason };
}

/** What came of a queue; that it was full is for the caller of the service. @throws TooManyWaiting */
export async function waitingAtMost<T>(queued: Promise<T>): Promise<T> {
  try {
    return await queued;
  } catch (error) {
    throw error instanceof QueueFull ? new TooManyWaiting(error.message, { cause: error }) : error;
  }
}
