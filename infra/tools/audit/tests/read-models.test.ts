import test from 'ava';
import type { JsonObject } from '../../../../shared/event-store/event-store.js';
import { playerStream } from '../../../../shared/ids/streams.js';
import { audited, firstOf, JANE } from '../testing/audited.js';
import { createLedgerWriter } from '../testing/ledger-writer.js';
import { rewrittenFrom, type Tamper } from '../testing/tampering.js';
import { type LedgerGround, ledgerGround } from './ledger-ground.js';

// Goal: read models that say something else than the streams are found, and so are streams that say something else than
// the read models and ft-bridge once saw. Method: what the real projector wrote into a real Postgres, then one row
// changed in a transaction of its own and put back; streams are tampered with on their way to the audit.

const STREAM = playerStream(JANE);

test('rows of the read models', async (t) => {
  const ground = await ledgerGround(t);
  const sound = await audited(ground.store, undefined, ground);
  t.deepEqual(sound.findings, []);
  for (const check of [
    'heads',
    'balanceRows',
    'accountRows',
    'transactionRows',
    'paymentRows',
    'bonusRows',
    'marks',
  ] as const) {
    t.true(sound.counts[check].checked > 0, check);
  }

  const own = `player_id = ${JANE}`;
  for (const [change, back, first] of [
    [
      `update read_model.balances set cash = cash + 0.01 where ${own}`,
      `update read_model.balances set cash = cash - 0.01 where ${own}`,
      `balanceRows ${STREAM}@`,
    ],
    [
      `update read_model.balances set bonus = bonus - 0.01 where ${own}`,
      `update read_model.balances set bonus = bonus + 0.01 where ${own}`,
      `balanceRows ${STREAM}@`,
    ],
    [
      `update read_model.ledger_accounts set debits = debits + 0.01 where account = 'psp:fake'`,
      `update read_model.ledger_accounts set debits = debits - 0.01 where account = 'psp:fake'`,
      'accountRows @',
    ],
    [
      `update read_model.ledger_accounts set credits = credits - 0.01 where account = 'player:${JANE}:cash'`,
      `update read_model.ledger_accounts set credits = credits + 0.01 where account = 'player:${JANE}:cash'`,
      `accountRows ${STREAM}@`,
    ],
    [
      `update read_model.transactions set amount = amount + 0.01 where ${own} and revision = 12`,
      `update read_model.transactions set amount = amount - 0.01 where ${own} and revision = 12`,
      `transactionRows ${STREAM}@12`,
    ],
    [
      `update read_model.transactions set cash_after = cash_after + 0.01 where ${own} and revision = 10`,
      `update read_model.transactions set cash_after = cash_after - 0.01 where ${own} and revision = 10`,
      `transactionRows ${STREAM}@10`,
    ],
    [
      `update read_model.transactions set revision = 1000 where ${own} and revision = 10`,
      `update read_model.transactions set revision = 10 where ${own} and revision = 1000`,
      `transactionRows ${STREAM}@10`,
    ],
    [
      `update read_model.payments set status = 'failed' where payment_id = '${JANE}-payment-1'`,
      `update read_model.payments set status = 'reversed' where payment_id = '${JANE}-payment-1'`,
      `paymentRows ${STREAM}@`,
    ],
    [
      `update read_model.payments set amount = amount + 0.01 where payment_id = '${JANE}-payment-1'`,
      `update read_model.payments set amount = amount - 0.01 where payment_id = '${JANE}-payment-1'`,
      `paymentRows ${STREAM}@`,
    ],
    [
      `update read_model.bonuses set wagered = wagered + 0.01 where user_bonus_id = '${JANE}-bonus-1'`,
      `update read_model.bonuses set wagered = wagered - 0.01 where user_bonus_id = '${JANE}-bonus-1'`,
      `bonusRows ${STREAM}@`,
    ],
    [
      `update read_model.heads set hash = repeat('0', 64) where ${own}`,
      `update read_model.heads h set hash = l.taken_hash from bridge.lanes l where h.player_id = l.player_id`,
      `heads ${STREAM}@`,
    ],
    [
      `insert into read_model.balances values (7, 1.00, 0.00, 0.00, 'EUR', 3)`,
      'delete from read_model.balances where player_id = 7',
      'balanceRows player-7@',
    ],
    [
      `update bridge.lanes set taken_hash = repeat('0', 64) where ${own}`,
      `update bridge.lanes l set taken_hash = h.hash from read_model.heads h where h.player_id = l.player_id`,
      `marks ${STREAM}@`,
    ],
  ] as const) {
    await ground.postgres.query(change);
    const report = await audited(ground.store, undefined, ground);
    t.false(report.ok, change);
    t.true(firstOf(report).startsWith(first), `${change}: ${firstOf(report)}`);
    t.is(report.defects, 1, change);
    await ground.postgres.query(back);
  }
  t.true((await audited(ground.store, undefined, ground)).ok);
});

test('streams that the projector and ft-bridge have seen', async (t) => {
  const ground = await ledgerGround(t);
  const onlyMarks = { ...ground, postgres: await withoutReadModels(ground) };
  const cut: Tamper = (events) => events.filter(({ stream, revision }) => stream !== STREAM || revision < 40);
  // Nothing but a name that no check knows, and every hash made anew.
  const rewritten = rewrittenFrom(STREAM, 37, (data: JsonObject) => ({ ...data, until: '2020-01-02T00:00:00.000Z' }));

  for (const [what, tamper, byProjector] of [
    ['a cut tail', cut, /^(heads|marks) player-12345@42$/],
    ['a stream that was rewritten', rewritten, /^heads player-12345@37$/],
  ] as const) {
    const streamsAlone = await audited(ground.store, tamper);
    t.true(streamsAlone.ok, `${what}: nothing in the streams themselves shows it`);
    const seen = await audited(ground.store, tamper, ground);
    t.regex(firstOf(seen), byProjector, what);
    t.true(seen.counts.marks.defects > 0, what);
    const marked = await audited(ground.store, tamper, onlyMarks);
    t.regex(firstOf(marked), /^marks player-12345@/, what);
  }
});

test('read models that are behind are compared where they are, and the audit goes on to the end', async (t) => {
  const ground = await ledgerGround(t);
  await createLedgerWriter(ground.store).decide('player-7', [
    { type: 'PlayerRegistered', data: { currency: 'EUR', profileRevision: 0 } },
  ]);
  const report = await audited(ground.store, undefined, ground);
  t.deepEqual(report.findings, []);
  t.true((report.readModelsAt ?? 0n) < (report.position ?? 0n));
  t.is(report.players, 3);
});

test('read models that are further than the event store are those of another, or its end is gone', async (t) => {
  const ground = await ledgerGround(t);
  await ground.postgres.query(
    `update read_model.heads set position = position + 1 where position = (select max(position) from read_model.heads)`,
  );
  const report = await audited(ground.store, undefined, ground);
  t.is(report.defects, 2, 'that, and a head that is not where its event is');
  t.true(report.findings.some(({ what }) => /further than the event store/.test(what)));
});

test('a checkpoint beyond the last event is of no other store: deletions and scavenges take up positions', async (t) => {
  const ground = await ledgerGround(t);
  await ground.postgres.query(`update read_model.checkpoints set position = position + 1 where name = 'read-models'`);
  t.deepEqual((await audited(ground.store, undefined, ground)).findings, []);
});

test('an audit from a position compares what it can, and says what it cannot', async (t) => {
  const ground = await ledgerGround(t);
  const positions: bigint[] = [];
  for await (const { stream, position } of ground.store.readAll()) if (stream === STREAM) positions.push(position);
  for (const revision of [3, 10, 15, 20]) {
    const after = positions[revision] ?? -1n;
    const report = await audited(ground.store, undefined, { ...ground, scope: { after } });
    t.deepEqual(report.findings, [], `from revision ${revision}`);
    t.true(report.counts.balanceRows.checked > 0);
    t.regex(report.notChecked.join(), /balances before their first event/);
  }
});

test('one player alone', async (t) => {
  const ground = await ledgerGround(t);
  const report = await audited(ground.store, undefined, { ...ground, scope: { player: JANE } });
  t.deepEqual(report.findings, []);
  t.is(report.players, 1);
  t.is(report.counts.balanceRows.checked, 1);
  t.regex(report.notChecked.join(), /accounts of the house/);
});

/** A database in which only the bridge's marks are left. */
async function withoutReadModels({ postgres }: LedgerGround) {
  return {
    ...postgres,
    inTransaction: (work: Parameters<typeof postgres.inTransaction>[0]) =>
      postgres.inTransaction((sql) =>
        work({
          query: (text, values) =>
            sql.query(
              text.replaceAll('read_model.', 'nowhere.'),
              values?.map((value) => (value === 'read_model.checkpoints' ? 'nowhere.checkpoints' : value)),
            ),
        }),
      ),
  } as typeof postgres;
}
