import { once } from 'node:events';
import type { Readable } from 'node:stream';
import test from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import type { PlayerChange, Watch } from '../reads/feed-reads.js';
import { createPlayerFeed, type FeedLimits } from './player-feed.js';

const login = (playerId: string, loginId = 'login') => ({
  playerId: playerId as PlayerId,
  loginId,
  passwordRevision: 0,
});

/** Read models in memory: revision and standing of each player. */
function tables() {
  const heads = new Map<string, number>();
  const over = new Set<string>();
  const state = { heads, over, fails: 0, asked: 0 };
  async function changes(watches: readonly Watch[]): Promise<readonly PlayerChange[]> {
    state.asked += 1;
    if (state.fails > 0) {
      state.fails -= 1;
      throw new Error('the tables are away');
    }
    return watches.flatMap((watch, at) => {
      const revision = heads.get(watch.login.playerId) ?? -1;
      if (revision <= watch.revision) return [];
      const balance = { cash: `${revision}.00`, bonus: '0.00', withdrawal: '0.00', currency: 'EUR' };
      return [{ watch: at, revision, position: '9', balance, over: over.has(watch.login.loginId) }];
    });
  }
  return { ...state, state, changes };
}

function feedOn(
  changes: (watches: readonly Watch[]) => Promise<readonly PlayerChange[]>,
  limits: Partial<FeedLimits> = {},
) {
  return createPlayerFeed({ changes, logger: silentLogger, limits: { pollMs: 1, pollAfterFaultMs: 1, ...limits } });
}

/** The revisions told, one by one. */
async function* told(stream: Readable): AsyncGenerator<number> {
  for await (const text of stream) for (const [, id] of String(text).matchAll(/^id: (\d+)$/gm)) yield Number(id);
}

test('a watcher is told the state, then each change, and nobody else’s', async (t) => {
  const { heads, changes } = tables();
  heads.set('1', 4).set('2', 7);
  const feed = feedOn(changes);
  const jane = told(feed.open(login('1')));
  const john = told(feed.open(login('2')));
  t.is((await jane.next()).value, 4);
  t.is((await john.next()).value, 7);
  heads.set('1', 5);
  t.is((await jane.next()).value, 5);
  heads.set('2', 8);
  t.is((await john.next()).value, 8);
  await feed.stop();
  t.true((await jane.next()).done);
  t.true((await john.next()).done);
});

test('a login that was logged out is told nothing more', async (t) => {
  const { heads, over, changes } = tables();
  heads.set('1', 1);
  const feed = feedOn(changes);
  const here = told(feed.open(login('1', 'here')));
  const there = told(feed.open(login('1', 'there')));
  await here.next();
  await there.next();
  over.add('here');
  heads.set('1', 2);
  t.true((await here.next()).done);
  t.is((await there.next()).value, 2);
  await feed.stop();
});

test('tables that are away for a while cost nobody the stream, nor what happened meanwhile', async (t) => {
  const { heads, state, changes } = tables();
  heads.set('1', 1);
  const feed = feedOn(changes);
  const jane = told(feed.open(login('1')));
  await jane.next();
  state.fails = 3;
  heads.set('1', 2);
  t.is((await jane.next()).value, 2);
  t.is(state.fails, 0);
  await feed.stop();
});

test('streams are bounded: of a player the oldest makes room, of all the next is refused', async (t) => {
  const { heads, changes } = tables();
  heads.set('1', 1);
  const feed = feedOn(changes, { streams: 3, streamsOfPlayer: 2 });
  const [first, second] = [feed.open(login('1')), feed.open(login('1'))];
  const ended = once(first, 'end');
  first.resume();
  feed.open(login('1'));
  await ended;
  t.false(second.readableEnded);
  feed.open(login('2'));
  t.throws(() => feed.open(login('3')), { name: 'Problem', message: /ask again/ });
  await feed.stop();
  t.throws(() => feed.open(login('1')), { name: 'Problem' }, 'a feed that stops takes nobody');
});

test('whoever does not read is let go, and nobody is asked about once the last is gone', async (t) => {
  const { heads, state, changes } = tables();
  const feed = feedOn(async (watches) => {
    // Something new at each question.
    heads.set('1', (heads.get('1') ?? 0) + 1);
    return changes(watches);
  });
  const idle = feed.open(login('1'));
  const left = feed.open(login('1'));
  left.destroy();
  await once(left, 'close');
  // Nobody reads: what is said piles up to the stream's measure, then it is ended.
  while (
    state.asked < 10_000 &&
    !(idle.readableFlowing === false || idle.readableLength >= idle.readableHighWaterMark)
  ) {
    await new Promise(setImmediate);
  }
  t.true(idle.readableLength < 2 * idle.readableHighWaterMark);
  idle.resume();
  await once(idle, 'end');
  await feed.stop();
});
