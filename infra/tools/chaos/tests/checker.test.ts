import test from 'ava';
import { idempotencyKey } from '../../../../services/ft-bridge/fast-track/ft-message.js';
import { guideMessages } from '../../../../services/ft-bridge/fast-track/guide.js';
import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../../shared/event-store/memory-event-store.js';
import { decodePlayerEvent } from '../../../../shared/events/codec.js';
import { type DecisionContext, EMPTY_HEAD, type Head, seal } from '../../../../shared/events/envelope.js';
import { parsePlayerId } from '../../../../shared/ids/ids.js';
import { playerLife } from '../../../../shared/testing/player-life.js';
import { createScribe } from '../../../../shared/testing/scribe.js';
import { check } from '../checker/check.js';
import { expectedMessages } from '../checker/expected-messages.js';
import { readLedger } from '../checker/ledger.js';
import type { Call, Message, RunLog, Wish } from '../checker/run-log.js';
import { goodLog, PLAYERS } from './good-log.js';

// Goal: the checker would notice. A good log gives silence; the same log with one thing wrong names that thing, the
// player and where to look, and nothing else that does not follow from it.

const [JANE, OMAR] = PLAYERS;

test('a good log is met with silence', (t) => {
  t.deepEqual(check(goodLog()), []);
});

test('both readings of what Fast Track hears agree on a life in which everything happens', async (t) => {
  const playerId = parsePlayerId(JANE);
  if (playerId === undefined) throw new Error('no player');
  const store = createMemoryEventStore();
  await createScribe(store).write(playerLife(playerId));
  const events: StoredEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  const own = events.filter(({ stream }) => stream === `player-${JANE}`);
  const context = { origin: 'localhost', ipAddress: '192.0.2.1' };
  const published = own.flatMap((event) => {
    const messages = guideMessages(decodePlayerEvent(event), context);
    return messages.map((message, index) => ({
      ...{ ...message, key: idempotencyKey(event.id, index, messages.length), revision: event.revision },
    }));
  });
  const { ledger, violations } = readLedger(events);
  t.deepEqual(violations, []);
  t.deepEqual(expectedMessages(JANE, ledger, 'localhost') as unknown, published as unknown);
});

type Damage = (log: RunLog) => RunLog;

function finds(title: string, damage: Damage, ...expected: object[]): void {
  test(title, (t) => {
    const found = check(damage(goodLog()));
    t.is(found.length, expected.length, JSON.stringify(found, undefined, 2));
    for (const [index, violation] of expected.entries()) t.like(found[index], violation);
  });
}

// Fast Track's log.

finds(
  'a lost message',
  withMessages((all) => all.filter((message) => message !== messageOf(all, 4))),
  {
    ...{ check: 'lost', playerId: JANE, revision: revisionOf(4) },
  },
);

finds(
  'a message that came but was never taken',
  withMessages((all) => change(all, 4, { taken: false, status: 500 })),
  {
    ...{ check: 'lost', playerId: JANE, revision: revisionOf(4) },
  },
);

finds(
  'a message with two effects',
  withMessages((all) => [...all, { ...messageOf(all, 4), n: 10_000 }]),
  {
    ...{ check: 'doubled', playerId: JANE, revision: revisionOf(4) },
  },
);

test('a message that comes again without effect is no violation, at once or late', (t) => {
  const log = goodLog();
  const again = { ...messageOf(log.messages, 4), n: 10_000, taken: false };
  t.deepEqual(check({ ...log, messages: [...log.messages, again] }), []);
});

finds(
  'two messages of one player that changed places',
  withMessages((all) => exchange(all, messageOf(all, 4), messageOf(all, 5))),
  {
    ...{ check: 'order', playerId: JANE, revision: revisionOf(5) },
  },
);

test('a message of another player in between is no matter', (t) => {
  const log = goodLog();
  const [jane, omar] = [existing(log.messages.find(isOf(JANE))), existing(log.messages.find(isOf(OMAR)))];
  t.deepEqual(check({ ...log, messages: exchange(log.messages, jane, omar) }), []);
});

test('what arrives first counts for the order, taken or not', (t) => {
  const log = goodLog();
  const early = { ...messageOf(log.messages, 5), n: 0, taken: false, status: 500 };
  t.like(check({ ...log, messages: [early, ...log.messages] })[0], { check: 'order', playerId: JANE });
});

finds(
  'a message that says something else',
  withMessages((all) => change(all, 4, { body: { user_id: JANE } })),
  {
    ...{ check: 'altered', playerId: JANE, revision: revisionOf(4) },
  },
);

finds(
  'a message under another number',
  withMessages((all) => change(all, 4, { sequence: '99' })),
  {
    ...{ check: 'altered', playerId: JANE, revision: revisionOf(4) },
  },
);

finds(
  'a message of no event',
  withMessages((all) => [...all, { ...messageOf(all, 4), n: 10_000, key: 'unknown' }]),
  {
    check: 'stranger',
  },
);

// What clients were told.

const bet = callOf('bet', 0);

finds(
  'an acknowledged call that is not in the ledger',
  withCalls((all) => [...all, { ...bet, id: 'x', wish: { kind: 'bet', transactionId: 'nowhere' } }]),
  {
    ...{ check: 'call_missing', playerId: JANE, callId: 'x' },
  },
);

finds(
  'a refused call that is in the ledger',
  withCalls((all) => edit(all, bet, { outcome: 'refused', status: 422 })),
  {
    ...{ check: 'call_refused', playerId: JANE, callId: bet.id },
  },
);

finds(
  'a refusal that came when the event was there, whatever nobody heard before',
  withCalls((all) => edit(all, bet, { outcome: 'refused', status: 422, tries: 2, lastTryAt: Date.now() })),
  { check: 'call_refused', playerId: JANE, callId: bet.id },
);

test('a try that nobody heard of may come after the refusal of a later one', (t) => {
  const log = goodLog();
  const calls = edit(log.calls, bet, { outcome: 'refused', status: 422, tries: 2, lastTryAt: 0 });
  t.deepEqual(check({ ...log, calls }), []);
});

finds(
  'a call that was never answered, done or not',
  withCalls((all) => edit(all, bet, { outcome: 'unknown', status: 0, answer: null })),
  { check: 'unanswered', playerId: JANE, callId: bet.id },
);

finds(
  'a balance in an answer that is not the ledger’s',
  withCalls((all) => edit(all, bet, { answer: { balance: { cash: '1.00', bonus: '0.00' } } })),
  {
    ...{ check: 'answer', playerId: JANE, callId: bet.id },
  },
);

finds(
  'an event that nobody asked for',
  withCalls((all) => all.filter(({ id }) => id !== bet.id)),
  {
    ...{ check: 'nobody_asked', playerId: JANE },
  },
);

finds(
  'a login that nobody asked for',
  withCalls((all) => all.filter(({ id }) => id !== callOf('login', 0).id)),
  {
    ...{ check: 'nobody_asked', playerId: JANE },
  },
);

finds(
  'a login without an answer, which may be any login that is there',
  withCalls((all) => edit(all, callOf('login', 0), { outcome: 'unknown', status: 0, answer: null })),
  { check: 'unanswered', playerId: JANE, callId: callOf('login', 0).id },
);

finds(
  'a refused rollback without its tombstone',
  withCalls((all) => [
    ...all,
    { ...callOf('rollback', 1), id: 'x', wish: { kind: 'rollback', transactionId: 'nowhere' } },
  ]),
  {
    ...{ check: 'call_missing', playerId: JANE, callId: 'x' },
  },
);

// The stores.

test('a call that moved money twice', (t) => {
  const log = goodLog();
  const found = check({ ...log, events: renamed(log.events, `${JANE}-bet-2`, `${JANE}-bet-1`) });
  t.like(found[0], { check: 'call_twice', playerId: JANE, callId: bet.id });
});

finds(
  'a balance in the read models that is off',
  (log) => ({ ...log, balances: editRow(log.balances, JANE, () => ({ cash: '81.01' })) }),
  {
    ...{ check: 'read_model', playerId: JANE },
  },
);

finds(
  'a head in the read models that is behind',
  (log) => ({ ...log, heads: editRow(log.heads, JANE, ({ revision }) => ({ revision: revision - 1 })) }),
  {
    ...{ check: 'read_model', playerId: JANE },
  },
);

finds(
  'a lane that is behind',
  (log) => ({ ...log, lanes: editRow(log.lanes, OMAR, ({ delivered }) => ({ delivered: delivered - 1 })) }),
  {
    ...{ check: 'lane', playerId: OMAR },
  },
);

finds(
  'a lane that is parked',
  (log) => ({ ...log, lanes: editRow(log.lanes, OMAR, () => ({ delivered: 3, parkedReason: 'refused' })) }),
  {
    ...{ check: 'lane', playerId: OMAR, revision: 4 },
  },
);

finds('a lane that is not there', (log) => ({ ...log, lanes: log.lanes.filter(({ playerId }) => playerId === JANE) }), {
  ...{ check: 'lane', playerId: OMAR },
});

test('an event whose bytes were changed, and one that is missing, break the chain', (t) => {
  const log = goodLog();
  const at = log.events.findIndex(({ type, stream }) => type === 'WinCredited' && stream === `player-${JANE}`);
  const changed = log.events.map((event, index) =>
    index === at ? { ...event, data: { ...event.data, roundClosed: false } } : event,
  );
  t.like(check({ ...log, events: changed })[0], { check: 'chain', playerId: JANE, revision: log.events[at]?.revision });
  const missing = check({ ...log, events: log.events.toSpliced(at, 1) });
  t.true(missing.some(({ check: name, playerId }) => name === 'chain' && playerId === JANE));
});

test('a withdrawal that was left open', (t) => {
  const log = goodLog();
  const at = log.events.findIndex(({ type }) => type === 'WithdrawalCompleted');
  const found = check({ ...log, events: log.events.slice(0, at) });
  t.true(found.some(({ check: name, playerId }) => name === 'unfinished' && playerId === JANE));
});

// Tools.

function withMessages(damage: (all: readonly Message[]) => readonly Message[]): Damage {
  return (log) => ({ ...log, messages: damage(log.messages) });
}

function withCalls(damage: (all: readonly Call[]) => readonly Call[]): Damage {
  return (log) => ({ ...log, calls: damage(log.calls) });
}

function isOf(playerId: string): (message: Message) => boolean {
  return ({ body }) => typeof body === 'object' && body !== null && 'user_id' in body && body.user_id === playerId;
}

/** Jane's n-th message, from 0. */
function messageOf(messages: readonly Message[], index: number): Message {
  return existing(messages.filter(isOf(JANE))[index]);
}

function revisionOf(index: number): number {
  return Number(messageOf(goodLog().messages, index).sequence);
}

function change(messages: readonly Message[], index: number, to: Partial<Message>): readonly Message[] {
  const changed = messageOf(messages, index);
  return messages.map((message) => (message === changed ? { ...message, ...to } : message));
}

/** Two messages exchange their places of arrival. */
function exchange(messages: readonly Message[], one: Message, other: Message): readonly Message[] {
  const places = new Map([
    [one.key, other.n],
    [other.key, one.n],
  ]);
  return messages.map((message) => ({ ...message, n: places.get(message.key) ?? message.n })).sort((a, b) => a.n - b.n);
}

/** The index-th call of Jane's of this kind. */
function callOf(kind: Wish['kind'], index: number): Call {
  return existing(goodLog().calls.filter(({ wish, playerId }) => wish.kind === kind && playerId === JANE)[index]);
}

function edit(calls: readonly Call[], call: Call, to: Partial<Call>): readonly Call[] {
  return calls.map((each) => (each.id === call.id ? { ...each, ...to } : each));
}

function editRow<Row extends { readonly playerId: string }>(
  rows: readonly Row[],
  playerId: string,
  to: (row: Row) => Partial<Row>,
): readonly Row[] {
  return rows.map((row) => (row.playerId === playerId ? { ...row, ...to(row) } : row));
}

/** The event under another transaction id, sealed as if it had always been there. */
function renamed(events: readonly StoredEvent[], from: string, to: string): readonly StoredEvent[] {
  const heads = new Map<string, Head>();
  return events.map((event) => {
    const { prevHash: _prev, hash: _own, ...context } = event.metadata;
    const data = event.data.transactionId === from ? { ...event.data, transactionId: to } : event.data;
    const draft = { type: event.type, data };
    const sealed = seal(event.stream, heads.get(event.stream) ?? EMPTY_HEAD, [draft], context as DecisionContext);
    heads.set(event.stream, sealed.head);
    return { ...event, ...existing(sealed.events[0]) };
  });
}

function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the good log has changed');
  return value;
}
