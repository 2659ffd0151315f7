import type { ExecutionContext } from 'ava';
import { EMPTY_HEAD } from '../../../shared/events/envelope.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { arrivals, headAfter, logins, player, story } from '../tests/stories.js';
import type { Arrival } from './arrival.js';
import type { Inbox, LaneState, Replay } from './inbox.js';

const ANN = player(101);
const BOB = player(202);
/** The epoch of every partition. */
const FENCE = 1;

const revisions = (taken: readonly { readonly event: { readonly revision: number } }[]) =>
  taken.map(({ event }) => event.revision);
const mark = ({ playerId, event }: Arrival, at = 1_000) => ({
  ...{ playerId, revision: event.revision, eventId: event.id },
  ...{ fence: FENCE, at, attempts: 1, status: 200 },
});

type Test = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

/** An inbox, and what an operator does to its rows. */
export type TestedInbox = Inbox & { askAgain(playerId: PlayerId, replay: Replay): Promise<void> };

/** What every inbox keeps, whatever it is made of. */
export function testInbox(test: Test, name: string, open: (t: ExecutionContext) => Promise<TestedInbox>): void {
  test(`${name}: an unbroken chain is taken in order, whatever order it arrives in`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(3)));
    const bob = arrivals(story(BOB, logins(1)));
    const results = await inbox.take([...ann].reverse().concat(bob));
    const taken = new Map(results.map((result) => [result.playerId, revisions(result.taken)]));
    t.deepEqual(taken.get(ANN), [0, 1, 2]);
    t.deepEqual(taken.get(BOB), [0]);
    t.deepEqual(
      await inbox.markOf(ANN),
      headAfter(story(ANN, [])) && { revision: 2, hash: ann[2]?.event.metadata.hash },
    );
    t.deepEqual(await inbox.counts(), { undelivered: 4, parked: 0 });
    t.is(await inbox.newestPosition(), bob[0]?.position);
  });

  test(`${name}: an event that comes again is counted, not taken`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(3)));
    await inbox.take(ann);
    const [again] = await inbox.take([...ann.slice(0, 1), ...ann.slice(2), ...ann.slice(2)]);
    t.deepEqual(
      { ...again, lane: undefined },
      {
        ...{ playerId: ANN, taken: [], duplicates: 3, mismatched: 0, hole: false, lane: undefined },
      },
    );
    t.is((await inbox.counts()).undelivered, 3);
  });

  test(`${name}: nothing after a hole is taken, and everything before it is`, async (t) => {
    const inbox = await open(t);
    const [first, , third] = arrivals(story(ANN, logins(3)));
    if (first === undefined || third === undefined) throw new Error('a story of three');
    const [result] = await inbox.take([first, third]);
    t.deepEqual(revisions(result?.taken ?? []), [0]);
    t.true(result?.hole);
    t.is((await inbox.markOf(ANN)).revision, 0);
  });

  test(`${name}: another hash at a revision taken, or another predecessor, is a mismatch`, async (t) => {
    const inbox = await open(t);
    const truth = story(ANN, logins(3));
    const other = arrivals(story(ANN, [{ type: 'PlayerLoggedOut', data: { loginId: 'forged' } }, ...logins(2)]));
    await inbox.take(arrivals(truth.slice(0, 2)));
    for (const arrival of other) {
      const [result] = await inbox.take([arrival]);
      t.is(result?.mismatched, 1, `revision ${arrival.event.revision}`);
      t.deepEqual(result?.taken, []);
    }
    t.is((await inbox.markOf(ANN)).revision, 1);
  });

  test(`${name}: two that take the same event at once take it once`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(20)));
    await inbox.take(ann.slice(0, 1));
    const results = (await Promise.all([inbox.take(ann), inbox.take(ann), inbox.take(ann)])).flat();
    t.deepEqual(results.map(({ taken }) => taken.length).sort(), [0, 0, 19]);
    t.is((await inbox.counts()).undelivered, 20);
  });

  test(`${name}: pages follow each lane's place and stop at their limit`, async (t) => {
    const inbox = await open(t);
    await inbox.take([...arrivals(story(ANN, logins(5))), ...arrivals(story(BOB, logins(1)))]);
    const wanted = [
      { playerId: BOB, after: 0 },
      { playerId: ANN, after: 1 },
    ];
    const pages = await inbox.pages(wanted, 2);
    t.deepEqual(
      pages.map(({ playerId, events }) => [playerId, events.map(({ revision }) => revision)]),
      [
        [BOB, []],
        [ANN, [2, 3]],
      ],
    );
  });

  test(`${name}: a delivered event is marked, and the lane goes on after it`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(3)));
    await inbox.take([...ann, ...arrivals(story(BOB, logins(1)))]);
    await inbox.settle(
      ann.slice(0, 2).map((arrival) => mark(arrival)),
      [],
    );
    t.is((await inbox.counts()).undelivered, 2);
    const expected: LaneState = {
      ...{ playerId: ANN, delivered: 1, taken: 2, partsDone: 0 },
      ...{ failing: undefined, replay: undefined, parked: undefined },
    };
    t.deepEqual(await inbox.backlog(undefined, 10), [
      expected,
      { ...expected, playerId: BOB, delivered: -1, taken: 0 },
    ]);
    t.deepEqual(await inbox.backlog(ANN, 10), [{ ...expected, playerId: BOB, delivered: -1, taken: 0 }]);
    await inbox.settle(
      ann.slice(2).map((arrival) => mark(arrival)),
      [],
    );
    t.deepEqual(
      (await inbox.backlog(undefined, 1)).map(({ playerId }) => playerId),
      [BOB],
    );
  });

  test(`${name}: a mark of an event that is not the one taken moves nothing`, async (t) => {
    const inbox = await open(t);
    const [truth] = arrivals(story(ANN, logins(1)));
    const [other] = arrivals(story(ANN, [{ type: 'PlayerLoggedOut', data: { loginId: 'other' } }]));
    if (truth === undefined || other === undefined) throw new Error('stories of one');
    await inbox.take([truth]);
    await inbox.settle([mark(other)], []);
    t.is((await inbox.counts()).undelivered, 1);
  });

  test(`${name}: where a lane stands is kept until its event is delivered`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(2)));
    await inbox.take(ann);
    const failing = {
      attempts: 3,
      refusals: 2,
      since: 1_000,
      nextAttemptAt: 2_000,
      status: 503,
      error: 'Fast Track answered 503',
    };
    await inbox.settle([], [{ playerId: ANN, fence: FENCE, delivered: -1, partsDone: 1, failing }]);
    t.like((await inbox.backlog(undefined, 1))[0], { partsDone: 1, failing });
    // The lane went on meanwhile: an old state must not hold it back.
    await inbox.settle(
      ann.slice(0, 1).map((arrival) => mark(arrival)),
      [{ playerId: ANN, fence: FENCE, delivered: -1, partsDone: 1, failing }],
    );
    t.like((await inbox.backlog(undefined, 1))[0], { delivered: 0, partsDone: 0, failing: undefined });
  });

  test(`${name}: the truth fills a hole`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(4)));
    await inbox.take(ann.slice(0, 1));
    const result = await inbox.takeTruth(ANN, ann.slice(1));
    t.deepEqual(revisions(result.taken), [1, 2, 3]);
    t.false(result.rewound);
  });

  test(`${name}: the truth replaces what never was, and delivery goes back to before it`, async (t) => {
    const inbox = await open(t);
    const begin = story(ANN, logins(1));
    const truth = arrivals([...begin, ...story(ANN, logins(2), headAfter(begin))]);
    const lie: Parameters<typeof story>[1] = [{ type: 'PlayerLoggedOut', data: { loginId: 'never' } }, ...logins(3)];
    const taken = arrivals([...begin, ...story(ANN, lie, headAfter(begin))]);
    await inbox.take(taken);
    await inbox.settle(
      taken.slice(0, 3).map((arrival) => mark(arrival)),
      [],
    );
    const result = await inbox.takeTruth(ANN, truth.slice(1));
    t.true(result.rewound);
    t.deepEqual(revisions(result.taken), [1, 2]);
    t.like(result.lane, { delivered: 0, taken: 2, partsDone: 0 });
    t.deepEqual(await inbox.markOf(ANN), { revision: 2, hash: truth[2]?.event.metadata.hash ?? '' });
    t.deepEqual(
      [...(await inbox.hashes(ANN, 0, 9)).values()],
      truth.map(({ event }) => event.metadata.hash),
    );
  });

  test(`${name}: a parked lane ends before its revision until it is let go`, async (t) => {
    const inbox = await open(t);
    await inbox.take(arrivals(story(ANN, logins(3))));
    await inbox.park(ANN, { revision: 1, kind: 'unreadable', reason: 'unknown type' });
    await inbox.park(BOB, { revision: 0, kind: 'unreadable', reason: 'unknown type' });
    t.deepEqual(await inbox.parked(ANN), { revision: 1, kind: 'unreadable', reason: 'unknown type' });
    t.is((await inbox.pages([{ playerId: ANN, after: -1 }], 10))[0]?.events.length, 1);
    t.is((await inbox.counts()).parked, 2);
    t.deepEqual(await inbox.markOf(BOB), EMPTY_HEAD);
    await inbox.settle([], [{ playerId: ANN, fence: FENCE, delivered: -1, partsDone: 0, failing: undefined }]);
    t.is((await inbox.backlog(undefined, 10)).length, 1, 'what is before it is delivered still');
    await inbox.unpark(ANN);
    t.is(await inbox.parked(ANN), undefined);
    t.is((await inbox.pages([{ playerId: ANN, after: -1 }], 10))[0]?.events.length, 3);
  });

  test(`${name}: a lane that is parked stays parked before the earliest of its reasons`, async (t) => {
    const inbox = await open(t);
    await inbox.take(arrivals(story(ANN, logins(3))));
    await inbox.park(ANN, { revision: 1, kind: 'refused', reason: 'first' });
    await inbox.park(ANN, { revision: 2, kind: 'unreadable', reason: 'later' });
    t.deepEqual(await inbox.parked(ANN), { revision: 1, kind: 'refused', reason: 'first' });
    await inbox.park(ANN, { revision: 0, kind: 'refused', reason: 'earlier' });
    t.like(await inbox.parked(ANN), { revision: 0 });
    t.like((await inbox.lanesOf([ANN]))[0], { parked: 0 });
  });

  test(`${name}: the lanes of players are those that there are, in any state`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(2)));
    await inbox.take(ann);
    await inbox.settle(
      ann.map((arrival) => mark(arrival)),
      [],
    );
    t.deepEqual(await inbox.lanesOf([BOB, ANN]), [
      {
        ...{ playerId: ANN, delivered: 1, taken: 1, partsDone: 0 },
        ...{ failing: undefined, replay: undefined, parked: undefined },
      },
    ]);
    t.deepEqual(await inbox.lanesOf([]), []);
  });

  test(`${name}: a replay is work, goes forwards, and is over at its end`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(6)));
    await inbox.take([...ann, ...arrivals(story(BOB, logins(1)))]);
    await inbox.settle(
      ann.map((arrival) => mark(arrival)),
      [],
    );
    await inbox.askAgain(ANN, { next: 1, last: 3 });
    const replays = async () => (await inbox.backlog(undefined, 10)).map(({ playerId, replay }) => [playerId, replay]);
    t.deepEqual(await replays(), [
      [ANN, { next: 1, last: 3 }],
      [BOB, undefined],
    ]);
    t.is((await inbox.backlog(undefined, 1)).length, 1);
    await inbox.settle([], [], [{ playerId: ANN, fence: FENCE, next: 3, last: 3 }]);
    t.deepEqual((await replays())[0], [ANN, { next: 3, last: 3 }]);
    await inbox.settle([], [], [{ playerId: ANN, fence: FENCE, next: 2, last: 3 }]);
    t.deepEqual((await replays())[0], [ANN, { next: 3, last: 3 }], 'it never goes back');
    await inbox.askAgain(ANN, { next: 0, last: 5 });
    await inbox.settle([], [], [{ playerId: ANN, fence: FENCE, next: 4, last: 3 }]);
    t.deepEqual((await replays())[0], [ANN, { next: 0, last: 5 }], 'the end of one replay is not the end of the next');
    await inbox.settle([], [], [{ playerId: ANN, fence: FENCE, next: 6, last: 5 }]);
    t.deepEqual(await replays(), [[BOB, undefined]]);
    t.is((await inbox.counts()).undelivered, 1, 'nothing of it is delivered anew');
  });

  test(`${name}: a parked lane has no work, not even a replay`, async (t) => {
    const inbox = await open(t);
    const ann = arrivals(story(ANN, logins(3)));
    await inbox.take(ann);
    await inbox.settle(
      ann.slice(0, 2).map((arrival) => mark(arrival)),
      [],
    );
    await inbox.askAgain(ANN, { next: 0, last: 1 });
    await inbox.park(ANN, { revision: 2, kind: 'refused', reason: 'test' });
    t.deepEqual(await inbox.backlog(undefined, 10), []);
    await inbox.unpark(ANN);
    t.is((await inbox.backlog(undefined, 10)).length, 1);
  });

  for (const [ends, next, last, left] of [
    ['is cut to what is left', 0, 3, { next: 0, last: 0 }],
    ['beyond it is no more', 2, 3, undefined],
  ] as const) {
    test(`${name}: when the truth replaces what never was, a replay ${ends}`, async (t) => {
      const inbox = await open(t);
      const begin = story(ANN, logins(1));
      const lie = arrivals([...begin, ...story(ANN, logins(4), headAfter(begin))]);
      const truth: Parameters<typeof story>[1] = [{ type: 'PlayerLoggedOut', data: { loginId: 'true' } }, ...logins(1)];
      await inbox.take(lie);
      await inbox.settle(
        lie.map((arrival) => mark(arrival)),
        [],
      );
      await inbox.askAgain(ANN, { next, last });
      const result = await inbox.takeTruth(ANN, arrivals(story(ANN, truth, headAfter(begin))));
      t.true(result.rewound);
      t.like(result.lane, { delivered: 0, taken: 2 });
      t.deepEqual(result.lane.replay, left);
      t.deepEqual((await inbox.lanesOf([ANN]))[0], result.lane);
    });
  }
}
