import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerLogin } from '../../../shared/http/player-token.js';
import { unreadable } from '../../../shared/http/reading.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { PlayerChange, Watch } from '../reads/feed-reads.js';

/** Tells players at once when something of theirs has changed in the read models. */
export type PlayerFeed = {
  /** Server-sent events: the state now, then each change. @throws Problem 503 when there are too many, or at a stop. */
  open(login: PlayerLogin): Readable;
  /** Ends every stream; their readers come again elsewhere. Idempotent. */
  stop(): Promise<void>;
};

export type PlayerFeedOptions = {
  /** Which of these watches have something new. */
  readonly changes: (watches: readonly Watch[]) => Promise<readonly PlayerChange[]>;
  readonly logger: Logger;
  readonly limits?: Partial<FeedLimits>;
};

export type FeedLimits = {
  /** Well under the 256 connections that a proxy of ours has to us, so that watching never keeps out asking. */
  readonly streams: number;
  /** The oldest makes room: whoever reloads a page is not kept out by the one it left. */
  readonly streamsOfPlayer: number;
  readonly pollMs: number;
  /** While the tables cannot be asked. */
  readonly pollAfterFaultMs: number;
  /** Something is said this often, so that no proxy takes the silence for death. */
  readonly heartbeatMs: number;
  /** Then the reader comes again with its token, which may have run out. */
  readonly lifeMs: number;
};

const LIMITS: FeedLimits = {
  streams: 200,
  streamsOfPlayer: 4,
  pollMs: 100,
  pollAfterFaultMs: 1_000,
  heartbeatMs: 8_000,
  lifeMs: 900_000,
};

type Subscription = {
  readonly login: PlayerLogin;
  revision: number;
  readonly stream: Readable;
  /** Of what is said without a change. */
  readonly clocks: NodeJS.Timeout[];
};

/**
 * One question for all who watch, ten times a second while anyone does. It asks rather than listens: NOTIFY would cost
 * the projector something with every commit, and is not heard on a replica.
 */
export function createPlayerFeed({ changes, logger, limits }: PlayerFeedOptions): PlayerFeed {
  const { streams, streamsOfPlayer, pollMs, pollAfterFaultMs, heartbeatMs, lifeMs } = { ...LIMITS, ...limits };
  const open = new Set<Subscription>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let isFaulty = false;

  async function run(): Promise<void> {
    while (open.size > 0 && !stopping.signal.aborted) {
      await poll();
      await sleep(isFaulty ? pollAfterFaultMs : pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  async function poll(): Promise<void> {
    const asked = [...open];
    try {
      for (const change of await changes(asked)) {
        const subscription = asked[change.watch];
        if (subscription !== undefined) tell(subscription, change);
      }
      isFaulty = false;
    } catch (err) {
      // Streams stay: once the tables are back, each is told what it missed.
      if (!isFaulty) logger.warn({ err }, 'the feed cannot read what changed');
      isFaulty = true;
    }
  }

  function tell(subscription: Subscription, { revision, position, balance, over }: PlayerChange): void {
    if (!open.has(subscription)) return;
    if (over) {
      end(subscription);
      return;
    }
    subscription.revision = revision;
    say(subscription, `event: changed\nid: ${revision}\ndata: ${JSON.stringify({ revision, position, balance })}\n\n`);
  }

  function say(subscription: Subscription, text: string): void {
    // A reader that does not read is not waited for, and its backlog not kept: it comes again and is told the state.
    if (!subscription.stream.push(text)) end(subscription);
  }

  function end(subscription: Subscription): void {
    if (!open.delete(subscription)) return;
    forgetClocks(subscription);
    subscription.stream.push(null);
  }

  function forgetClocks({ clocks }: Subscription): void {
    for (const clock of clocks) clearTimeout(clock);
  }

  return {
    open(login) {
      if (stopping.signal.aborted || open.size >= streams) throw unreadable();
      const own = [...open].filter((other) => other.login.playerId === login.playerId);
      if (own.length >= streamsOfPlayer && own[0] !== undefined) end(own[0]);
      const stream = new Readable({ read() {}, encoding: 'utf8' });
      const subscription: Subscription = { login, revision: -1, stream, clocks: [] };
      open.add(subscription);
      subscription.clocks.push(
        setInterval(() => say(subscription, ': \n\n'), heartbeatMs),
        setTimeout(() => end(subscription), lifeMs),
      );
      stream.once('close', () => {
        open.delete(subscription);
        forgetClocks(subscription);
      });
      // How soon a reader comes again when the stream ends.
      say(subscription, 'retry: 1000\n\n');
      running ??= run().finally(() => {
        running = undefined;
      });
      return stream;
    },
    async stop() {
      stopping.abort();
      for (const subscription of open) end(subscription);
      await running;
    },
  };
}
