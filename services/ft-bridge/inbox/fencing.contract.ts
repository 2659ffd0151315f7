import type { ExecutionContext } from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { arrivals, logins, player, story } from '../tests/stories.js';
import type { Arrival } from './arrival.js';
import type { Inbox } from './inbox.js';

export type FencingGround = {
  readonly inbox: Inbox;
  /** Gives the player's partition to another owner; answers the new epoch. */
  takeOver(playerId: PlayerId): Promise<number>;
  /** Takes the player's partition from its owner; nobody has it then. */
  free(playerId: PlayerId): Promise<void>;
};

// Of different partitions.
const ANN = player(101);
const BOB = player(202);
const FAILING = { attempts: 3, refusals: 0, since: 1_000, nextAttemptAt: 2_000, status: 503, error: 'answered 503' };

const mark = ({ playerId, event }: Arrival, fence: number) => ({
  ...{ playerId, revision: event.revision, eventId: event.id, fence },
  ...{ at: 1_000, attempts: 1, status: 200 },
});
const standing = (playerId: PlayerId, fence: number) => ({
  ...{ playerId, delivered: -1, partsDone: 1, failing: FAILING, fence },
});

type Test = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

/** What an owner that was replaced can still write: nothing. */
export function testFencing(test: Test, name: string, open: (t: ExecutionContext) => Promise<FencingGround>): void {
  test(`${name}: delivery marks under an older epoch change nothing, and hold up no others`, async (t) => {
    const { inbox, takeOver } = await open(t);
    const [ann] = arrivals(story(ANN, logins(1)));
    const [bob] = arrivals(story(BOB, logins(1)));
    if (ann === undefined || bob === undefined) throw new Error('stories of one');
    await inbox.take([ann, bob]);
    const [before, bobs] = [await takeOver(ANN), await takeOver(BOB)];
    const after = await takeOver(ANN);
    await inbox.settle([mark(ann, before), mark(bob, bobs)], []);
    const left = await inbox.backlog(undefined, 10);
    t.deepEqual(
      left.map(({ playerId }) => playerId),
      [ANN],
    );
    await inbox.settle([mark(ann, after)], []);
    t.is((await inbox.counts()).undelivered, 0);
  });

  test(`${name}: where a lane stands, and that it is parked, is not written under an older epoch`, async (t) => {
    const { inbox, takeOver } = await open(t);
    await inbox.take(arrivals(story(ANN, logins(2))));
    const before = await takeOver(ANN);
    const after = await takeOver(ANN);
    const parked = { revision: 0, kind: 'refused', reason: 'refused' } as const;
    await inbox.settle([], [standing(ANN, before)]);
    await inbox.park(ANN, parked, before);
    t.like((await inbox.backlog(undefined, 10))[0], { partsDone: 0, failing: undefined });
    t.is(await inbox.parked(ANN), undefined);
    await inbox.settle([], [standing(ANN, after)]);
    t.like((await inbox.backlog(undefined, 10))[0], { partsDone: 1, failing: FAILING });
    await inbox.park(ANN, parked, after);
    t.deepEqual(await inbox.parked(ANN), parked);
  });

  test(`${name}: whose partition nobody owns any more cannot write either`, async (t) => {
    const { inbox, takeOver, free } = await open(t);
    const [ann] = arrivals(story(ANN, logins(1)));
    if (ann === undefined) throw new Error('a story of one');
    await inbox.take([ann]);
    const epoch = await takeOver(ANN);
    await free(ANN);
    await inbox.settle([mark(ann, epoch)], []);
    t.is((await inbox.counts()).undelivered, 1);
  });
}
