import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { nodeCommand } from '../../../infra/embedded/node-process.js';
import { heavy } from '../../../infra/testing/heavy.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { IDS_A_PAGE } from '../http/reconciliation.js';
import { OPERATOR_KEY, sha256 } from './ground.js';

// Goal: query answers a reconciliation of any length in the memory of a short one. Method: rows of so many players, made
// by SQL; the answer is read as it comes, by a client that counts ids and keeps none; query is a process of its own,
// whose memory is read meanwhile. With full counts they are a million; else enough to see that it comes page by page.

const PLAYERS = heavy(1_000_000, 20_000);
/** Garbage of a few pages, as V8 lets it grow; a million rows and their text would be more than twice this. */
const GROWTH_MAX_MB = 128;
const FIELDS = ['consent_email', 'excluded'] as const;

/** All have consented to e-mail and half are excluded, some for two reasons. */
async function manyPlayers(t: ExecutionContext): Promise<string> {
  const connectionString = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const folder = fileURLToPath(new URL('../../projector/migrations', import.meta.url));
  await migrate({ connectionString, schema: 'read_model', folder, logger });
  const postgres = createPostgres({
    ...{ connectionString, applicationName: 'test', logger, max: 1, statementTimeoutMs: 120_000 },
  });
  t.teardown(postgres.stop);
  const ids = `generate_series(1, ${PLAYERS}) id`;
  await postgres.query(
    `insert into read_model.profiles (player_id, revision, hash, email, first_name, last_name, birth_date, country, phone,
       address, ip_address, user_agent)
     select id, 0, '', id || '@example.com', '', '', '', 'SE', '', '', '', '' from ${ids}`,
  );
  await postgres.query(
    `insert into read_model.consents (player_id, email, sms, telephone, post_mail, site_notification, push_notification,
       changed_at)
     select id, true, false, false, false, false, false, now() from ${ids}`,
  );
  await postgres.query(
    `insert into read_model.blocks (player_id, reason, placed_at)
     select id, reason, now() from ${ids}, unnest(array['self_exclusion', 'timeout']) reason
     where id % 2 = 0 and (reason = 'timeout' or id % 4 = 0)`,
  );
  await postgres.query('analyze read_model.profiles, read_model.consents, read_model.blocks');
  return connectionString;
}

async function queryProcess(t: ExecutionContext, postgresUrl: string) {
  const [command, ...words] = nodeCommand('services/query/main.ts');
  const env = {
    ...{ PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', POSTGRES_URL: postgresUrl },
    ...{ CROUPIER_SUPERVISED: '1', CROUPIER_TOKEN_KEY: '11'.repeat(32), CROUPIER_OAUTH_KEY: '22'.repeat(32) },
    CROUPIER_OPERATOR_KEYS: JSON.stringify([{ id: 'fast-track', sha256: sha256(OPERATOR_KEY) }]),
    CROUPIER_BACKOFFICE_KEYS: '[]',
  };
  const child = spawn(command, words, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const url = await new Promise<URL>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`query exited with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('query serves')) resolve(new URL((JSON.parse(line) as { url: string }).url));
    });
  });
  return { child, url };
}

/** Resident, in MB: what the system says, so it is true of all that the process holds. */
function memoryOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux') return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`])) / 1_024;
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

type Read = { readonly ids: number; readonly largestChunk: number; readonly ms: number; readonly end: string };

/** Asks and reads the answer's HTTP chunks as they come; every id must be above the one before it. */
function reconcile(url: URL, field: string, onChunk: () => void): Promise<Read> {
  const began = performance.now();
  const body = JSON.stringify({ field });
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  socket.write(
    `POST /reconciliation HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\nX-Api-Key: ${OPERATOR_KEY}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  return new Promise((resolve, reject) => {
    let waiting = '';
    let hadHead = false;
    let [ids, last, largestChunk, end] = [0, 0, 0, ''];
    const take = (text: string) => {
      largestChunk = Math.max(largestChunk, text.length);
      end = text;
      for (const [, id] of text.matchAll(/"(\d+)"/g)) {
        if (Number(id) <= last) throw new Error(`${id} after ${last}`);
        last = Number(id);
        ids += 1;
      }
      onChunk();
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      waiting += text;
      if (!hadHead) {
        const at = waiting.indexOf('\r\n\r\n');
        if (at === -1) return;
        if (!/^HTTP\/1.1 200 .*Transfer-Encoding: chunked/is.test(waiting.slice(0, at)))
          return reject(new Error(waiting));
        hadHead = true;
        waiting = waiting.slice(at + 4);
      }
      for (;;) {
        const at = waiting.indexOf('\r\n');
        const length = Number.parseInt(waiting.slice(0, at), 16);
        if (at === -1 || waiting.length < at + 2 + length + 2) return;
        if (length > 0) take(waiting.slice(at + 2, at + 2 + length));
        waiting = waiting.slice(at + 2 + length + 2);
      }
    });
    socket
      .once('error', reject)
      .once('close', () => resolve({ ids, largestChunk, ms: performance.now() - began, end }));
  });
}

test(`${PLAYERS} players are reconciled page by page, in the memory of a page`, async (t) => {
  t.timeout(170_000);
  const { child, url } = await queryProcess(t, await manyPlayers(t));
  // Whatever is loaded or compiled once is so now.
  t.is((await reconcile(url, 'blocked', () => undefined)).ids, 0);
  for (const field of FIELDS) {
    const before = memoryOf(child);
    let peak = before;
    let chunks = 0;
    const { ids, largestChunk, ms, end } = await reconcile(url, field, () => {
      chunks += 1;
      if (chunks % 10 === 1) peak = Math.max(peak, memoryOf(child));
    });
    t.is(ids, field === 'excluded' ? PLAYERS / 2 : PLAYERS);
    t.regex(end, /^\],"timestamp":"[^"]+"\}$/);
    t.true(chunks >= ids / IDS_A_PAGE);
    t.true(largestChunk <= IDS_A_PAGE * '"1234567",'.length, `a chunk of ${largestChunk}`);
    t.true(peak - before < GROWTH_MAX_MB, `${before} → ${peak} MB`);
    t.log(
      `${field}: ${ids} ids in ${(ms / 1_000).toFixed(2)} s, resident ${before.toFixed(0)} MB before, ${peak.toFixed(0)} at most, ${memoryOf(child).toFixed(0)} after`,
    );
  }
});
