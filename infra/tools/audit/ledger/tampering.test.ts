import test from 'ava';
import type { JsonObject, StoredEvent } from '../../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../../shared/event-store/memory-event-store.js';
import { playerStream, profileStream } from '../../../../shared/ids/streams.js';
import { playerLife } from '../../../../shared/testing/player-life.js';
import { audited, firstOf, JANE, lives } from '../testing/audited.js';
import { createLedgerWriter } from '../testing/ledger-writer.js';
import { rewrittenFrom, type Tamper, withData } from '../testing/tampering.js';

// Goal: whatever is done to the streams, the audit names the event where it was done.
// Method: two whole lives in memory, read through a store that was tampered with. Amounts that are changed are changed
// everywhere in the event, so that only the check that is meant can see it.

const STREAM = playerStream(JANE);

test('an untouched ledger is sound', async (t) => {
  const report = await audited(await lives());
  t.deepEqual(report.findings, []);
  t.true(report.ok);
  for (const check of ['content', 'facts', 'balances', 'answers', 'keys', 'wins', 'rollbacks', 'payments'] as const) {
    t.true(report.counts[check].checked > 0, check);
  }
  t.true(report.counts.bonuses.checked > 0 && report.counts.wagering.checked > 0);
});

const NINE_CENTS_MORE = (data: JsonObject) => JSON.parse(JSON.stringify(data).replaceAll('"100.00"', '"100.09"'));
const at = (event: StoredEvent, revision: number) => event.stream === STREAM && event.revision === revision;

const DOUBLED: Tamper = (events) =>
  events.flatMap((event) => (at(event, 7) ? [event, { ...event, position: event.position + 1n }] : [event]));

const TAMPERED: readonly (readonly [what: string, tamper: Tamper, first: string])[] = [
  ['a changed amount', withData(STREAM, 4, NINE_CENTS_MORE), `content ${STREAM}@4`],
  ['a deleted event', (events) => events.filter((event) => !at(event, 7)), `chain ${STREAM}@8`],
  ['a deleted beginning', (events) => events.filter((event) => !at(event, 0)), `chain ${STREAM}@1`],
  ['a doubled event', DOUBLED, `chain ${STREAM}@7`],
  [
    'a swapped pair that keeps its numbers',
    (events) => {
      const [one, other] = [7, 8].map((revision) => events.find((event) => at(event, revision)));
      return events.map((event) => {
        const put = at(event, 7) ? other : at(event, 8) ? one : undefined;
        return put === undefined ? event : { ...put, position: event.position };
      });
    },
    `chain ${STREAM}@8`,
  ],
  [
    'a swapped pair that is renumbered',
    (events) => {
      const [one, other] = [7, 8].map((revision) => events.find((event) => at(event, revision)));
      return events.map((event) => {
        const put = at(event, 7) ? other : at(event, 8) ? one : undefined;
        return put === undefined ? event : { ...put, revision: event.revision, position: event.position };
      });
    },
    `content ${STREAM}@7`,
  ],
  [
    'an event that came late',
    (events) => events.map((event) => (at(event, 7) ? { ...event, position: 1n } : event)),
    `order ${STREAM}@7`,
  ],
  [
    'another id',
    (events) =>
      events.map((event) => (at(event, 7) ? { ...event, id: '00000000-0000-5000-8000-000000000000' } : event)),
    `content ${STREAM}@7`,
  ],
  [
    'a sealed event of another chain',
    (events) => {
      const forged = rewrittenFrom(STREAM, 4, (data) => ({ ...data, pspReference: 'another' }))(events);
      return events.map((event, index) => (at(event, 4) ? (forged[index] ?? event) : event));
    },
    `chain ${STREAM}@5`,
  ],
  [
    'a profile without its beginning',
    (events) => events.filter(({ stream, revision }) => stream !== profileStream(JANE) || revision > 0),
    `chain ${profileStream(JANE)}@1`,
  ],
];

for (const [what, tamper, first] of TAMPERED) {
  test(`${what} is found, and named`, async (t) => {
    const report = await audited(await lives(), tamper);
    t.false(report.ok);
    t.is(firstOf(report), first);
  });
}

const REWRITTEN: readonly (readonly [
  what: string,
  revision: number,
  change: (data: JsonObject) => JsonObject,
  first: string,
])[] = [
  [
    'an amount with a decimal too many',
    4,
    (data) => replaced(data, '"amount":"100.00","currency":"EUR"}', '"amount":"100.000","currency":"EUR"}'),
    'postings',
  ],
  [
    'a leg of nothing',
    4,
    (data) => ({
      ...data,
      postings: [
        ...(data.postings as JsonObject[]),
        { account: 'psp:fake', side: 'debit', amount: '0.00', currency: 'EUR' },
      ],
    }),
    'postings',
  ],
  ['one side only', 4, (data) => ({ ...data, postings: (data.postings as JsonObject[]).slice(0, 1) }), 'postings'],
  ['money of another player', 4, (data) => replaced(data, `player:${JANE}:cash`, 'player:777:cash'), 'postings'],
  ['a deposit that pays more than it says', 4, (data) => ({ ...data, amount: '99.00' }), 'facts'],
  [
    'an account that the fact may not touch',
    4,
    (data) => replaced(data, 'psp:fake"', 'psp:other"', 'account":"'),
    'facts',
  ],
  [
    'a balance that is not its postings’',
    4,
    (data) => ({ ...data, balances: { ...(data.balances as JsonObject), cash: '100.01' } }),
    'balances',
  ],
  [
    'a bet of 10.00 that was answered 90.01',
    10,
    (data) => ({ ...data, answer: { cash: '90.01', bonus: '50.00' } }),
    'answers',
  ],
  ['a transaction id used again', 13, (data) => ({ ...data, transactionId: `${JANE}-t-1` }), 'keys'],
  ['a win without a bet', 12, (data) => ({ ...data, referenceTransactionId: 'nobody' }), 'wins'],
  ['a win of another round', 12, (data) => ({ ...data, roundId: 'another' }), 'wins'],
  ['a rollback of nothing', 15, (data) => ({ ...data, referenceTransactionId: 'nobody' }), 'rollbacks'],
  ['a rollback of another round', 15, (data) => ({ ...data, roundId: 'another' }), 'rollbacks'],
  [
    'a rollback of a bet that has a win',
    15,
    (data) => ({ ...data, referenceTransactionId: `${JANE}-t-1`, roundId: `${JANE}-round-1` }),
    'rollbacks',
  ],
  [
    'a rollback at another house account',
    15,
    (data) => replaced(data, 'house:wagers:mock', 'house:payouts:mock'),
    'facts',
  ],
  ['a deposit that nobody requested', 4, (data) => ({ ...data, paymentId: 'nobody' }), 'payments'],
  ['a deposit by another PSP than requested', 6, (data) => ({ ...data, psp: 'other' }), 'payments'],
  ['wagering that nobody bet', 11, (data) => ({ ...data, wagered: '10.01' }), 'wagering'],
  ['the end of a bonus that nobody credited', 19, (data) => ({ ...data, userBonusId: 'nobody' }), 'bonuses'],
];

for (const [what, revision, change, first] of REWRITTEN) {
  test(`sealed anew, ${what} is found`, async (t) => {
    const report = await audited(await lives(), rewrittenFrom(STREAM, revision, change));
    t.false(report.ok);
    t.is(firstOf(report), `${first} ${STREAM}@${revision}`);
  });
}

test('an event of a version to come, or of no type at all, is named', async (t) => {
  const unknown: Tamper = (events) =>
    events.map((event) => (at(event, 2) ? { ...event, type: 'PlayerTeleported' } : event));
  const report = await audited(await lives(), unknown);
  t.deepEqual(
    report.findings.map(({ check, revision }) => [check, revision]),
    [
      ['content', 2],
      ['readable', 2],
    ],
  );
});

test('a bet is undone once, not after a win, and wins nothing afterwards; payments and bonuses end once', async (t) => {
  const life = playerLife(JANE).flatMap(({ stream, draft }) => (stream === STREAM ? [draft] : []));
  const like = (revision: number, change: JsonObject) => {
    const { type, data } = life[revision] ?? life[0] ?? { type: '', data: {} };
    return { type, data: { ...data, ...change } };
  };
  for (const [revision, more, what] of [
    [15, like(15, { transactionId: 'again' }), 'undoes what was undone before'],
    [
      12,
      like(15, { referenceTransactionId: `${JANE}-t-1`, roundId: `${JANE}-round-1` }),
      'undoes a bet that has a win',
    ],
    [
      15,
      like(12, { transactionId: 'late', referenceTransactionId: `${JANE}-t-3`, roundId: `${JANE}-round-2` }),
      'is a win of a bet that was rolled back',
    ],
    [15, like(12, { transactionId: 'late', referenceTransactionId: `${JANE}-t-4` }), 'is a win of something else'],
    [17, like(13, { transactionId: `${JANE}-t-6` }), `uses the transaction id ${JANE}-t-6 of mock again`],
    [4, like(4, {}), `takes a step that the deposit ${JANE}-payment-1 may not take`],
    [7, like(7, { userBonusId: 'another' }), 'grants a bonus while another is active'],
    [19, like(19, {}), `ends the bonus ${JANE}-bonus-1`],
    [19, like(10, { transactionId: 'late' }), `counts 10.00 towards ${JANE}-bonus-1`],
  ] as const) {
    const store = createMemoryEventStore();
    const writer = createLedgerWriter(store);
    for (const draft of [...life.slice(0, revision + 1), more, ...life.slice(revision + 1)])
      await writer.decide(STREAM, [draft]);
    const report = await audited(store);
    const first = report.findings.filter((finding) => finding.revision === revision + 1);
    t.true(
      first.some((finding) => finding.what === what),
      `${what}: ${first.map((finding) => finding.what)}`,
    );
  }
});

test('a doubled event moves nothing a second time', async (t) => {
  const report = await audited(await lives(), DOUBLED);
  t.is(report.defects, 1);
  t.deepEqual(report.totals, (await audited(await lives())).totals);
});

test('content, hash and id are each held against the others', async (t) => {
  const resealed = (events: readonly StoredEvent[]) => rewrittenFrom(STREAM, 7, () => ({ x: 1 }))(events);
  for (const [of, what] of [
    ['metadata', /its hash is not that of its content/],
    ['id', /an id that is not/],
  ] as const) {
    // One of the two that a forger must make anew is left as it was.
    const forged: Tamper = (events) =>
      events.map((event, index) => (at(event, 7) ? { ...(resealed(events)[index] ?? event), [of]: event[of] } : event));
    const report = await audited(await lives(), forged);
    t.is(firstOf(report), `content ${STREAM}@7`);
    t.regex(report.findings[0]?.what ?? '', what);
  }
});

test('after the first defect the audit goes on, and counts more than it keeps', async (t) => {
  const report = await audited(await lives(), (events) =>
    events.map((event) => ({ ...event, data: { ...event.data, x: 1 } })),
  );
  t.is(report.counts.content.defects, report.events);
  t.true(report.defects >= report.events);
  t.true(report.findings.length <= 100);
});

function replaced(data: JsonObject, from: string, to: string, context = ''): JsonObject {
  return JSON.parse(JSON.stringify(data).replaceAll(context + from, context + to));
}
