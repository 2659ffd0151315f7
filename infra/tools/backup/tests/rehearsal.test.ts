import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { type Platform, startPlatform } from '../../../embedded/platform.js';
import { ask } from '../../../sandbox/demo/api.js';
import { type DemoPlayer, deposit, readBalance, signUp } from '../../../sandbox/demo/player.js';
import { readLedgerTruth } from '../../../testing/main-job/ledger-truth.js';
import { temporaryFolder } from '../../../testing/temporary-folder.js';
import { until } from '../../../testing/until.js';
import { runAuditCommand } from '../../audit/command.js';
import { runBackupCommand, runRestoreCommand } from '../command.js';

// Goal: a backup that was made under load, of a platform that is then lost, becomes a platform again: sound by its audit,
// alive, and Fast Track, which was not lost, hears of everything that is in it. Method: the real parts, twice; between
// them nothing is kept but the backup, and Fast Track's own data.

const WAIT_MS = 120_000;
const ORIGIN = 'localhost';
const LATER = '7.00';

test('backup under load, total loss, restore: the audit passes, play goes on, Fast Track misses nothing', async (t) => {
  t.timeout(600_000);
  const [dataDir, elsewhere] = [await temporaryFolder(t), await temporaryFolder(t)];
  const lost = await start(t, dataDir);
  const [jane, omar] = [await signUp(lost.ready, 'Jane'), await signUp(lost.ready, 'Omar')];
  await deposit(lost.ready, jane, '100.00');
  // Of Omar nothing more arrives before the loss: it must be found again in the inbox and the event store.
  await ask(z.unknown(), {
    ...{ method: 'POST', url: `${lost.ready.fastTrack}/faults` },
    json: { mode: 'status', status: 500, user_id: omar.id },
  });
  const playing = new AbortController();
  t.teardown(() => playing.abort());
  const play = Promise.all([jane, omar].map((player) => playSteadily(lost, player, playing.signal)));
  play.catch(() => undefined);

  const backup = join(elsewhere, 'backup');
  const made = await run(runBackupCommand, ['--out', backup], { CROUPIER_DATA_DIR: dataDir });
  t.regex(made.last, /^The backup .* is whole: the event store up to position \d+, Postgres and the secrets\.$/);
  t.is(made.code, 0);
  playing.abort();
  await play;
  await lost.stop();
  await cp(join(dataDir, 'sandbox'), join(elsewhere, 'sandbox'), { recursive: true });
  await rm(dataDir, { recursive: true });

  const restored = await run(runRestoreCommand, ['--from', backup], { CROUPIER_DATA_DIR: dataDir });
  t.regex(restored.last, /is restored to .* and its audit passed\.$/, restored.all);
  t.is(restored.code, 0);
  await cp(join(elsewhere, 'sandbox'), join(dataDir, 'sandbox'), { recursive: true });
  const platform = await start(t, dataDir);
  const { ready } = platform;
  // Their logins are good still: the keys came back too.
  await Promise.all([jane, omar].map((player) => deposit(ready, player, LATER)));
  const truth = await until(
    'Fast Track has taken all that is in the ledger',
    async () => {
      const now = await readLedgerTruth(ready.eventStore, ORIGIN);
      const taken = await takenKeys(ready.fastTrack);
      const expected = [...now.players.values()].flatMap(({ messages }) => messages.map(({ key }) => key));
      return expected.every((key) => taken.has(key)) ? now : undefined;
    },
    WAIT_MS,
  );
  t.is(truth.difference, '0.00');
  for (const player of [jane, omar]) {
    const own = truth.players.get(player.id);
    t.true(Number(own?.cash) > Number(LATER), `${player.name} has ${own?.cash}`);
    t.like(await readBalance(ready, player), { cash: own?.cash });
  }
  const audit = await run(runAuditCommand, ['--out', join(elsewhere, 'audit')], { CROUPIER_DATA_DIR: dataDir });
  t.is(audit.code, 0, audit.all);
  await platform.stop();

  await refusals(t, backup, dataDir, elsewhere);
});

/** What must not be done is not done, and said. Here, since there is a backup to spoil. */
async function refusals(t: ExecutionContext, backup: string, dataDir: string, elsewhere: string): Promise<void> {
  const env = { CROUPIER_DATA_DIR: dataDir };
  const over = await run(runRestoreCommand, ['--from', backup], env);
  t.regex(over.last, /^Nothing usable was restored: .* is not empty \(there is .*\): name a new folder$/);
  const idle = await run(runBackupCommand, ['--out', join(elsewhere, 'none')], env);
  t.regex(idle.last, /^There is no backup: nothing runs on the data folder/);
  const theirs = await run(runBackupCommand, ['--out', join(elsewhere, 'none')], {
    ...env,
    POSTGRES_URL: 'postgres://x',
  });
  t.regex(theirs.last, /^There is no backup: .* servers of yours have tools of their own/);

  const fresh = { CROUPIER_DATA_DIR: join(elsewhere, 'fresh') };
  const events = join(backup, 'event-store', 'data', 'data.mdb');
  const whole = await readFile(events);
  await truncate(events, whole.length - 1);
  const cut = await run(runRestoreCommand, ['--from', backup], fresh);
  t.regex(cut.last, /^Nothing usable was restored: .*data\.mdb is not as it was written$/);
  await writeFile(events, whole);
  await rm(join(backup, 'backup.json'));
  const begun = await run(runRestoreCommand, ['--from', backup], fresh);
  t.regex(begun.last, /^Nothing usable was restored: .* it is no whole backup$/);
  for (const { code } of [over, idle, theirs, cut, begun]) t.is(code, 1);
}

async function start(t: ExecutionContext, dataDir: string): Promise<Platform> {
  const platform = await startPlatform({ dataDir });
  t.teardown(platform.stop);
  return platform;
}

async function playSteadily({ ready }: Platform, player: DemoPlayer, signal: AbortSignal): Promise<void> {
  do await deposit(ready, player, '10.00');
  while (!signal.aborted);
}

type Run = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Parameters<typeof runBackupCommand>[2],
) => Promise<0 | 1>;

/** A tool, with what it said. */
async function run(tool: Run, args: readonly string[], env: NodeJS.ProcessEnv) {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const code = await tool(args, env, { out: say, err: say, screen: { write: () => undefined } });
  return { code, last: lines.at(-1) ?? '', all: lines.join('\n') };
}

const messagesSchema = z.object({
  messages: z.array(z.object({ n: z.number(), headers: z.record(z.string(), z.string()), taken: z.boolean() })),
});

async function takenKeys(fastTrack: string): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (let after = 0; ; ) {
    const { messages } = await ask(messagesSchema, { method: 'GET', url: `${fastTrack}/messages?after=${after}` });
    for (const { headers, taken } of messages) if (taken) keys.add(headers['idempotency-key'] ?? '');
    const last = messages.at(-1);
    if (last === undefined) return keys;
    after = last.n;
  }
}
