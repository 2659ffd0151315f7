import test, { type ExecutionContext } from 'ava';
import { type Platform, startPlatform } from '../../../embedded/platform.js';
import { thisFile } from '../../../testing/this-file.js';
import type { Case, Check } from '../case.js';
import { CHECKS } from '../cases/all-checks.js';
import { type Certification, certify } from '../certify.js';
import { type Subject, subjectSchema } from '../evidence/subject.js';
import { certificateOf, certificateSchema, jsonOf } from '../output/certificate.js';
import { certificatePage } from '../output/html/page.js';
import { tablesOf } from '../output/terminal.js';
import { BROKEN } from '../testing/lies.js';
import { lyingSubject } from '../testing/lying-proxy.js';

// Goal: the certificate is issued to a platform that is right, and a platform that is broken in one way fails the case
// that is about it. Method: one platform, which speaks native here (the guide's words are certified by `npm run certify`),
// once as it is and then through proxies that lie in one way each. A broken one is asked a few cases of every check, so
// that a case that fails for another's fault is seen too.

const PANEL = [
  ...['wallet.bet', 'wallet.withdrawal-reversed', 'idempotency.bet-repeated', 'idempotency.other-amount'],
  ...['rollbacks.bet', 'rollbacks.unseen', 'bonuses.cancelled-by-operator', 'fast_track.bet-and-win'],
  ...['fast_track.order', 'fast_track.whole', 'fast_track.read-first'],
];
const PANEL_CHECKS = casesOf(({ id }) => PANEL.includes(id));

/** All cases with full counts, as `npm run certify` has them; else the panel, and what no liar is asked. */
const HONEST_CHECKS =
  process.env.CROUPIER_TEST_FULL === '1' ? CHECKS : casesOf(({ id, alone }) => alone === true || PANEL.includes(id));

function casesOf(isAsked: (one: Case) => boolean): readonly Check[] {
  return CHECKS.map((check) => ({ ...check, cases: check.cases.filter(isAsked) }));
}

/** However busy the machine is: nothing here waits for it to pass. */
const PATIENCE_MS = 60_000;

let platform: Platform;
let truth: Subject;

test.before(async (t) => {
  t.timeout(170_000);
  platform = await startPlatform({ env: { FT_PROFILE: 'native', CROUPIER_PASSWORD_COST: '1024' } });
  thisFile.teardown(platform.stop);
  truth = subjectSchema.parse(platform.ready);
});

function run(subject: Subject, checks: readonly Check[]): Promise<Certification> {
  return certify({ subject, checks, patienceMs: PATIENCE_MS, atOnce: 6, signal: new AbortController().signal });
}

function failed({ results }: Certification): readonly string[] {
  return results.filter(({ ok }) => !ok).map(({ one }) => one.id);
}

test.serial('a platform that is right gets its certificate, and the evidence shows nobody', async (t) => {
  t.timeout(170_000);
  const certificate = certificateOf(await run(truth, HONEST_CHECKS), truth, HONEST_CHECKS);
  t.true(certificate.issued, tablesOf(certificate));
  certificateSchema.parse(JSON.parse(jsonOf(certificate)));
  leaksNothing(t, jsonOf(certificate));
  leaksNothing(t, certificatePage(certificate));
  const { debits, credits } = sumsOf(certificate.figures.trial_balance);
  t.is(debits, credits);
});

for (const { title, lie, fails, mayFail } of BROKEN) {
  test.serial(`noticed: ${title}`, async (t) => {
    t.timeout(170_000);
    const found = failed(await run(await lyingSubject(t, truth, lie()), PANEL_CHECKS));
    for (const id of fails) t.true(found.includes(id), `${id} should have failed`);
    const others = found.filter((id) => !fails.includes(id) && !mayFail.includes(id));
    t.deepEqual(others, [], 'cases that are about something else');
  });
}

function leaksNothing(t: ExecutionContext, text: string): void {
  const { keys } = platform.ready;
  const secrets = [
    keys.operatorApiKey,
    keys.backofficeApiKey,
    keys.providerSecret,
    keys.pspSecret,
    keys.fastTrackApiKey,
  ];
  for (const secret of secrets) t.false(text.includes(secret));
  t.notRegex(text, /@example\.com|eyJ[\w-]+\.[\w-]+\.|1990-01-31/);
}

function sumsOf(rows: readonly { readonly debits: string; readonly credits: string }[]) {
  const cents = (side: 'debits' | 'credits') => rows.reduce((sum, row) => sum + BigInt(row[side].replace('.', '')), 0n);
  return { debits: cents('debits'), credits: cents('credits') };
}
