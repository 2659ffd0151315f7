import test from 'ava';
import { type AuditState, createAuditJob } from './audit-job.js';
import { type AuditResult, readAuditReport } from './audit-report.js';
import type { AuditProgress } from './audit-run.js';

const JSON_REPORT = JSON.stringify({
  ...{ ok: true, sentence: 'The ledger is sound.', events: 3, streams: 2, players: 1, defects: 0, position: '9' },
  ...{ durationMs: 12.3, checks: [{ id: 'chain', title: 'the chain', checked: 3, defects: 0 }], findings: [] },
  ...{ notChecked: [], totals: [{ currency: 'EUR', debits: '3.10', credits: '3.10', balance: '0.00' }] },
  trialBalance: [
    { account: 'player:1:cash', currency: 'EUR', debits: '0.00', credits: '0.10', balance: '-0.10' },
    { account: 'player:22:cash', currency: 'EUR', debits: '0.10', credits: '3.00', balance: '-2.90' },
    { account: 'psp:fake', currency: 'EUR', debits: '3.00', credits: '0.00', balance: '3.00' },
  ],
});

test('a report is shown with a line for all players’ accounts of a kind', (t) => {
  const { groups, duration_ms } = readAuditReport(JSON_REPORT);
  t.deepEqual(groups, [
    { account: 'player:*:cash', currency: 'EUR', debits: '0.10', credits: '3.10' },
    { account: 'psp:fake', currency: 'EUR', debits: '3.00', credits: '0.00' },
  ]);
  t.is(duration_ms, 12);
  t.throws(() => readAuditReport('{"ok":true}'));
});

/** A job whose audit says what the test tells it to. */
function scripted() {
  let say: (progress: AuditProgress) => void = () => undefined;
  let finish: (result: AuditResult) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const job = createAuditJob((onProgress, signal) => {
    say = onProgress;
    return new Promise((resolve, reject) => {
      [finish, fail] = [resolve, reject];
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  });
  return {
    job,
    say: (percent: number) => say({ percent, events: percent * 10 }),
    finish: () => finish(readAuditReport(JSON_REPORT)),
    fail: (message: string) => fail(new Error(message)),
  };
}

/** The next state that the job comes to rest in. */
function settled({ job }: ReturnType<typeof scripted>): Promise<AuditState> {
  return new Promise((resolve) => {
    job.watch((state) => {
      if (state.status !== 'running') resolve(state);
    });
  });
}

test('one audit at a time; who watches hears how far it is and how it ended', async (t) => {
  const audit = scripted();
  const { job } = audit;
  const heard: string[] = [];
  const unwatch = job.watch((state) => heard.push(state.status === 'running' ? `${state.percent} %` : state.status));
  t.true(job.start());
  t.false(job.start());
  audit.say(40);
  unwatch();
  audit.say(80);
  t.deepEqual(heard, ['none', '0 %', '40 %']);
  const end = settled(audit);
  audit.finish();
  const done = await end;
  t.is(done.status === 'done' && done.result.ok, true);
  t.true(job.start(), 'another may follow');
  const failed = settled(audit);
  audit.fail('the event store could not be read');
  t.like(await failed, { status: 'failed', reason: 'the event store could not be read' });
});

test('a stop ends what runs, and nothing starts after it', async (t) => {
  const audit = scripted();
  audit.job.start();
  await audit.job.stop();
  t.like(audit.job.state(), { status: 'failed', reason: 'stopped' });
  t.false(audit.job.start());
});
