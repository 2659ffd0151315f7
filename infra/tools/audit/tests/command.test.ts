import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import { nodeCommand } from '../../../embedded/node-process.js';
import { temporaryFolder } from '../../../testing/temporary-folder.js';
import { runAuditCommand } from '../command.js';
import { createEsdbSource } from '../parts/esdb-source.js';
import { SHARE_PATTERNS } from '../parts/share.js';
import { JANE, OMAR } from '../testing/audited.js';
import { realLedgerGround } from './ledger-ground.js';

type Said = { readonly code: number; readonly out: string; readonly err: string };

/** In this process; the second reader is one of its own all the same. */
async function say(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  let [out, err] = ['', ''];
  const code = await runAuditCommand(args, env, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    screen: { isTTY: false, write: () => undefined },
  });
  return { code, out, err };
}

/** As `npm run audit` does it. */
async function run(t: ExecutionContext, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  const [command, ...rest] = nodeCommand('infra/tools/audit/main.ts');
  const child = spawn(command, [...rest, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

test('on a real event store and Postgres: sound, anchored, then one row off by a cent', async (t) => {
  t.timeout(170_000);
  const { postgres, eventStoreUrl, postgresUrl } = await realLedgerGround(t);
  const env = { EVENTSTORE_URL: eventStoreUrl, POSTGRES_URL: postgresUrl };
  const folder = await temporaryFolder(t);
  const out = ['--out', join(folder, 'out')];
  const inFolder = (name: string) => join(folder, name);

  const sound = await run(t, out, env);
  t.is(sound.code, 0, sound.err);
  t.is(sound.err, '', 'no progress bar where no terminal is');
  t.regex(lastLine(sound.out), /^The ledger is sound: [\d,]+ events of 4 streams, every check passed\.$/);
  t.regex(sound.out, /psp:fake +EUR +\d/);
  const json = JSON.parse(await readFile(inFolder('out/audit.json'), 'utf8'));
  t.like(json, { ok: true, defects: 0, players: 2, scope: { at: null, player: null, from: null } });
  t.regex(await readFile(inFolder('out/trial-balance.csv'), 'utf8'), /^account,currency,debits,credits,balance\n/);

  const [key, publicKey, anchor] = [inFolder('key.pem'), inFolder('public.pem'), inFolder('anchor.json')];
  const made = await say(['--new-key', key], {});
  t.is(made.code, 0);
  t.is((await stat(key)).mode & 0o777, 0o600);
  await writeFile(publicKey, made.out);
  t.regex((await say(['--new-key', key], {})).err, /could not be written/);
  const signed = await say([...out, '--anchor', anchor, '--key', key], env);
  t.is(signed.code, 0, signed.err);
  t.regex(signed.out, /names 4 heads/);
  const against = ['--against', anchor, '--public-key', publicKey];
  const checked = await say([...out, '--json', ...against], env);
  t.is(checked.code, 0, checked.err);
  t.is(JSON.parse(checked.out).checks.find(({ id }: { id: string }) => id === 'anchor').checked, 4);
  t.regex(lastLine(checked.err), /^The ledger is sound/);

  await postgres.query(`update read_model.balances set cash = cash + 0.01 where player_id = ${OMAR}`);
  const off = await run(t, out, env);
  t.is(off.code, 1);
  t.regex(
    lastLine(off.out),
    /NOT sound: 1 defect .*player-20002@\d+ has another cash balance .*expected 50\.00, found 50\.01\.$/,
  );
  const unsigned = await say([...out, '--anchor', inFolder('second.json'), '--key', key], env);
  t.is(unsigned.code, 1);
  t.regex(unsigned.out, /was not written/);
  await t.throwsAsync(stat(inFolder('second.json')));

  // What it leaves out, it says.
  const later = await say([...out, '--from', '1'], { ...env, POSTGRES_URL: 'postgres://127.0.0.1:1/none' });
  t.regex(later.out, /Not checked:\n.*Postgres could not be reached\n.*what lies up to position 1/);
  const early = await say([...out, '--csv', '--at', '2026-01-01T00:00:00Z'], env);
  t.is(early.code, 0);
  t.is(early.out, 'account,currency,debits,credits,balance\n', 'nothing had been recorded by then');
  const one = await say([...out, '--csv', '--player', JANE, '--no-read-models'], env);
  t.regex(await readFile(inFolder('out/audit.json'), 'utf8'), /--no-read-models was asked for/);
  t.true(one.out.includes(`player:${JANE}:cash`) && !one.out.includes(OMAR));
  t.regex((await say([...out, '--player', '999'], env)).err, /no stream/);
  t.regex((await say([...out, '--against', anchor, '--public-key', anchor], env)).err, /key cannot be read/);
});

test('without servers: one clear sentence', async (t) => {
  const folder = await temporaryFolder(t);
  const nothing = await say([], { CROUPIER_DATA_DIR: folder });
  t.is(nothing.code, 1);
  t.regex(nothing.err, /^The audit was not made: nothing runs on the data folder .*npm start.*\n$/);
  const away = await say(['--no-read-models'], { EVENTSTORE_URL: 'nonsense' });
  t.is(away.code, 1);
  t.is(away.err.trimEnd().split('\n').length, 1);
  t.is((await say(['--all'], {})).code, 1);
  t.regex((await say(['--anchor', 'a'], {})).err, /needs a key/);
});

test('servers are found in the data folder of a running platform, and the store sends each share what matches it', async (t) => {
  const { eventStoreUrl, postgresUrl, store } = await realLedgerGround(t);
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'ready.json'), JSON.stringify({ eventStore: eventStoreUrl, postgres: postgresUrl }));
  const said = await say(['--out', join(folder, 'out')], { CROUPIER_DATA_DIR: folder });
  t.is(said.code, 0, said.err);

  const source = createEsdbSource(eventStoreUrl);
  t.teardown(source.close);
  const upTo = (await source.end()) ?? -1n;
  const [all, even, odd] = await Promise.all(
    (['all', 'even', 'odd'] as const).map(async (of) => {
      const events: StoredEvent[] = [];
      for await (const batch of source.events({ of }, { after: undefined, upTo })) events.push(...batch);
      return events;
    }),
  );
  const stored: StoredEvent[] = [];
  for await (const event of store.readAll()) stored.push(event);
  t.deepEqual(all, stored, 'as the real client reads them');
  t.deepEqual(
    even,
    stored.filter(({ stream }) => stream.endsWith(OMAR)),
  );
  t.deepEqual(
    odd,
    stored.filter(({ stream }) => stream.endsWith(JANE)),
  );

  const [, , third] = stored;
  const rest: StoredEvent[] = [];
  for await (const batch of source.events({ of: 'all' }, { after: third?.position, upTo })) rest.push(...batch);
  t.deepEqual(rest, stored.slice(3));
});

test('no stream of ours falls between the shares', (t) => {
  for (const name of [
    'player-1',
    'player-20',
    'profile-7',
    'email-0a',
    'email-0',
    'player-',
    'player-x2',
    'player-2x',
  ]) {
    const matching = (['even', 'odd'] as const).filter((of) => new RegExp(SHARE_PATTERNS[of]).test(name));
    t.is(matching.length, 1, name);
  }
});
