import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { emailStream, playerStream, profileStream } from '../../../../shared/ids/streams.js';
import { playerForgotten } from '../../../../shared/testing/player-life.js';
import { audited, firstOf, JANE, lives, OMAR } from '../testing/audited.js';
import { createLedgerWriter } from '../testing/ledger-writer.js';
import { rewrittenFrom, type Tamper } from '../testing/tampering.js';
import { BadAnchor, makeAnchor, newKeys, readAnchor, witnessesOf } from './anchor.js';

// Goal: an anchor shows a rewrite by somebody who makes every hash and every read model anew; and no anchor can be made,
// or changed, without the key.

const KEYS = newKeys();
const TIME = '2026-01-01T00:00:00.000Z';
const STREAM = playerStream(JANE);

async function anchored(store: Awaited<ReturnType<typeof lives>>) {
  const { heads, position = 0n } = await audited(store, undefined, { wantsHeads: true });
  return makeAnchor({ time: TIME, position, heads }, KEYS.privateKey);
}

test('the ledger that was anchored, and one that went on from it, pass', async (t) => {
  const store = await lives();
  const anchor = readAnchor(JSON.stringify(await anchored(store)), KEYS.publicKey);
  t.is(anchor.heads.length, 4);
  await createLedgerWriter(store).decide('player-7', [
    { type: 'PlayerRegistered', data: { currency: 'EUR', profileRevision: 0 } },
  ]);
  const report = await audited(store, undefined, { anchored: witnessesOf(anchor) });
  t.deepEqual(report.findings, []);
  t.is(report.counts.anchor.checked, 4);
});

test('a rewritten stream, a cut one, and one that is gone are found, with every hash right', async (t) => {
  const store = await lives();
  const witnesses = witnessesOf(await anchored(store));
  for (const [tamper, first] of [
    [rewrittenFrom(STREAM, 37, (data) => ({ ...data, until: '2020-01-02T00:00:00.000Z' })), `anchor ${STREAM}@42`],
    [(events) => events.filter(({ stream, revision }) => stream !== STREAM || revision < 40), `anchor ${STREAM}@42`],
    [(events) => events.filter(({ stream }) => stream !== profileStream(OMAR)), `anchor ${profileStream(OMAR)}@1`],
  ] as readonly (readonly [Tamper, string])[]) {
    t.true((await audited(store, tamper)).ok);
    t.is(firstOf(await audited(store, tamper, { anchored: witnesses })), first);
  }
});

test('data of a forgotten player may be gone, and of nobody else', async (t) => {
  const store = await lives();
  const email = emailStream('ab'.repeat(32));
  const credential = { algorithm: 'scrypt', cost: 1, blockSize: 1, parallelization: 1, salt: '', hash: '' };
  await createLedgerWriter(store).decide(email, [
    { type: 'EmailReserved', data: { playerId: OMAR, credential, idempotencyKey: null } },
  ]);
  const witnesses = witnessesOf(await anchored(store));
  const deleted: Tamper = (events) => events.filter(({ stream }) => stream !== profileStream(OMAR) && stream !== email);
  const before = await audited(store, deleted, { anchored: witnesses });
  t.deepEqual(before.findings.map(({ stream }) => stream).sort(), [email, profileStream(OMAR)]);

  const after = await audited(store, (events) => [...deleted(events), ...forgettingOf(events)], {
    anchored: witnesses,
  });
  t.deepEqual(after.findings, []);
});

/** Omar's last event, sealed at the end of his stream. */
function forgettingOf(events: Parameters<Tamper>[0]): ReturnType<Tamper> {
  const own = events.filter(({ stream }) => stream === playerStream(OMAR));
  const last = own.at(-1);
  if (last === undefined) throw new Error('Omar has no stream');
  const { draft } = playerForgotten(OMAR);
  const next = { ...last, ...draft, revision: last.revision + 1, position: (events.at(-1)?.position ?? 0n) + 100n };
  return rewrittenFrom(last.stream, next.revision, (data) => data)([...own, next]).slice(-1);
}

test('an anchor that was changed, is broken, or is signed by another is refused', async (t) => {
  const anchor = await anchored(await lives());
  const text = JSON.stringify(anchor);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const [broken, key, words] of [
    [text.replace(anchor.heads[0]?.hash ?? '', '0'.repeat(64)), KEYS.publicKey, /signature/],
    [JSON.stringify({ ...anchor, heads: anchor.heads.slice(1) }), KEYS.publicKey, /signature/],
    [JSON.stringify({ ...anchor, more: 1 }), KEYS.publicKey, /no anchor/],
    [text.slice(0, 100), KEYS.publicKey, /not JSON/],
    ['{}', KEYS.publicKey, /no anchor/],
    [text, newKeys().publicKey, /signature/],
    [text, KEYS.privateKey, /private one/],
    [text, 'no key', /cannot be read/],
    [text, other.publicKey.export({ type: 'spki', format: 'pem' }).toString(), /not Ed25519/],
  ] as const) {
    const error = t.throws(() => readAnchor(broken, key), { instanceOf: BadAnchor });
    t.regex(error?.message ?? '', words);
  }
});
