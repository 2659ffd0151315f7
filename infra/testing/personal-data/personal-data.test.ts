import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import pg from 'pg';
import { z } from 'zod';
import { createProjector } from '../../../services/projector/service.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { nodeCommand } from '../../embedded/node-process.js';
import { type Platform, startPlatform } from '../../embedded/platform.js';
import { ask } from '../../sandbox/demo/api.js';
import { type DemoPlayer, deposit, signUp, walletBalance, withdraw } from '../../sandbox/demo/player.js';
import { scavenge } from '../../tools/scavenge/scavenge.js';
import { readLedgerTruth } from '../main-job/ledger-truth.js';
import { temporaryFolder } from '../temporary-folder.js';
import { testDatabase } from '../test-database.js';
import { until } from '../until.js';
import { searchAnswers } from './answers.js';
import { currentData, formerData, madeUpPerson, type Person, registerFrom } from './person.js';
import {
  createSearch,
  type Finds,
  type Search,
  searchFiles,
  searchMessages,
  searchStreams,
  searchTables,
} from './search.js';

// Goal: personal data is in the profile and nowhere else, and after forgetting it is nowhere. Method: two people whose
// every datum is unique live on the real platform; each datum is sought in every answer, event, row, message and file,
// before (where the search must find it: it works) and after (where it must not).
// Not sought: the sandbox's own folder (it plays Fast Track, a PSP and a provider: others, who were told what they were
// told) and Postgres' write-ahead log (docs/personal-data.md says how long that keeps what).

const [NODE, ...AUDIT] = nodeCommand('infra/tools/audit/main.ts');
const OTHERS = ['sandbox', 'postgres/cluster/pg_wal'];

type Guest = { readonly person: Person; readonly player: DemoPlayer };

test('a person who played is forgotten: no datum of theirs is left anywhere, and the ledger is whole', async (t) => {
  t.timeout(170_000);
  const platform = await startPlatform();
  t.teardown(platform.stop);
  const { ready } = platform;
  const folder = dirname(platform.logs.folder);
  const postgres = createPostgres({
    ...{ connectionString: ready.postgres, applicationName: 'test', logger: silentLogger },
    ...{ max: 2, statementTimeoutMs: 60_000 },
  });
  t.teardown(postgres.stop);
  // Who stay: beside them the forgotten must be missing, and Postgres has samples to take.
  for (const name of ['Omar', 'Ada', 'Lin']) await signUp(ready, name);

  const jane = await live(platform, madeUpPerson());
  await readModelsAreUpToDate();
  await until('Fast Track to have heard of the first', allDelivered, 60_000);
  // It hears nothing of the second until they are forgotten.
  await setFaults({ mode: 'status', status: 500 });
  const excluded = await live(platform, madeUpPerson());
  await ask(z.unknown(), {
    ...{ method: 'POST', url: `${ready.gateway}/me/blocks`, token: excluded.player.token },
    json: { reason: 'self_exclusion' },
  });
  const guests = [jane, excluded];
  const data = guests.flatMap(({ person }) => [...currentData(person), ...formerData(person)]);
  await readModelsAreUpToDate();
  await postgres.query('analyze');
  await postgres.query('checkpoint');

  const before = {
    answers: await finds((search) => searchAnswers(search, ready, askedOf(jane))),
    streams: await finds((search) => searchStreams(search, ready.eventStore)),
    tables: await finds((search) => searchTables(search, ready.postgres)),
    messages: await finds((search) => searchMessages(search, ready.nats)),
    files: await finds((search) => searchFiles(search, folder, OTHERS)),
  };
  t.deepEqual(
    before.streams,
    data.map((datum) => `${datum} in profile-* at the event store`).sort(),
    'every datum, former ones too, is in a profile and in no other stream',
  );
  t.deepEqual(
    before.tables,
    guests
      .flatMap(({ person }) => currentData(person))
      .map((datum) => `${datum} in table read_model.profiles`)
      .sort(),
    'every datum that holds is in the profiles and in no other table, the inbox and the statistics among them',
  );
  t.deepEqual(before.messages, [], 'JetStream never has any');
  for (const datum of currentData(jane.person)) t.true(isIn(before.answers, datum, 'the answer of /me/data'), datum);
  for (const datum of data) t.true(isIn(before.files, datum, 'file event-store/'), datum);
  for (const datum of currentData(jane.person)) t.true(isIn(before.files, datum, 'file postgres/'), datum);
  t.deepEqual(
    before.files.filter((find) => !/ in file (event-store|postgres)\//.test(find)),
    [],
    'no log, archive or JetStream file has any',
  );

  for (const { player } of guests) await forget(player);
  await setFaults({ mode: 'none' });
  await readModelsAreUpToDate();
  await until('Fast Track to have heard of all', allDelivered, 60_000);

  const said: (readonly string[])[] = [];
  t.deepEqual(
    await finds(async (search) => {
      for (const guest of guests) said.push(await searchAnswers(search, ready, askedOf(guest)));
    }),
    [],
  );
  for (const answers of said) {
    t.deepEqual(
      answers.filter((answer) => !answer.startsWith(/ \/(operator|me)/.test(answer) ? '404 ' : '200 ')),
      [],
      'gone for Fast Track and for themselves, the ledger there for the back office',
    );
  }
  t.deepEqual(await finds((search) => searchStreams(search, ready.eventStore)), []);
  t.deepEqual(await finds((search) => searchTables(search, ready.postgres)), []);
  t.deepEqual(await finds((search) => searchMessages(search, ready.nats)), []);
  t.is(await ipAddressTold(jane), jane.person.localAddress ?? '127.0.0.1', 'Fast Track was told while they were here');
  t.is(await ipAddressTold(excluded), undefined, 'and not after they were forgotten');
  const login = (guest: Guest) => statusOf('/login', pick(guest, ['email', 'password']));
  const register = (guest: Guest) => statusOf('/players', guest.person.registration);
  t.deepEqual([await login(jane), await login(excluded), await register(excluded)], [401, 401, 409]);

  const { kind } = await scavenge(ready.eventStore);
  t.is(kind, 'done');
  await vacuum();
  t.deepEqual(await finds((search) => searchFiles(search, folder, OTHERS)), [], 'nor in any file');

  const truth = await readLedgerTruth(ready.eventStore, 'localhost');
  t.is(truth.difference, '0.00');
  for (const { player } of guests) {
    const own = truth.players.get(player.id);
    t.like(own, { cash: '0.00', bonus: '0.00', withdrawal: '0.00' });
    t.is(own?.types.at(-1), 'PlayerForgotten');
  }
  t.regex(await auditSentence(), /^The ledger is sound/, 'chains, books and read models, with the profiles gone');
  await rebuildIsEqual();
  t.is(await register(jane), 201, 'who did not exclude themselves may come back, as somebody new');

  async function live({ ready }: Platform, person: Person): Promise<Guest> {
    const { player_id: id, token } = await registerFrom(ready.command, person);
    const player: DemoPlayer = { name: person.registration.first_name, email: person.registration.email, id, token };
    await deposit(ready, player, '100.00');
    const { session_id: sessionId } = await ask(z.object({ session_id: z.string() }), {
      ...{ method: 'POST', url: `${ready.gateway}/me/game-sessions`, token },
      json: { provider: 'mock', game_id: 'slot_abc' },
    });
    for (let round = 1; round <= 5; round += 1) {
      const mode = round % 2 === 0 ? 'play' : 'bet_and_win';
      const json = { player_id: id, session_id: sessionId, stake: '1.00', currency: 'EUR', mode };
      await ask(z.unknown(), { method: 'POST', url: `${ready.provider}/games/slot_abc/spin`, json });
    }
    await ask(z.unknown(), { method: 'PUT', url: `${ready.gateway}/me`, token, json: person.change });
    const consents = { email: true, sms: true };
    await ask(z.unknown(), { method: 'PUT', url: `${ready.gateway}/me/consents`, token, json: consents });
    await withdraw(ready, player, (await walletBalance(ready, player, sessionId)).cash);
    return { person, player };
  }

  async function forget({ id }: DemoPlayer): Promise<void> {
    const headers = { 'X-Api-Key': ready.keys.backofficeApiKey };
    const url = `${ready.gateway}/backoffice/players/${id}/forget`;
    // The payout is a payment until the PSP has reported it.
    await until('the payout', async () => {
      const { would } = await ask(z.object({ would: z.string() }), {
        method: 'POST',
        url: `${url}?dry_run=true`,
        headers,
      });
      return would === 'forget';
    });
    const answer = await ask(z.unknown(), { method: 'POST', url, headers });
    t.deepEqual(answer, { player_id: id, status: 'forgotten' });
  }

  async function finds(look: (search: Search) => Promise<unknown>): Promise<Finds> {
    const search = createSearch(data);
    await look(search);
    t.true(search.looked() > 10, 'there was something to look through');
    return search.finds();
  }

  /** All that the store holds has been projected. */
  async function readModelsAreUpToDate(): Promise<void> {
    const truth = await readLedgerTruth(ready.eventStore, 'localhost');
    await until('the read models to be there', async () => {
      const heads = await postgres.query<{ player_id: string; revision: string }>(
        'select player_id, revision from read_model.heads',
      );
      const at = new Map(heads.map((head) => [head.player_id, Number(head.revision)]));
      return [...truth.players].every(([id, { types }]) => (at.get(id) ?? -1) >= types.length - 1);
    });
  }

  async function allDelivered(): Promise<boolean> {
    const late = await postgres.query(
      `select 1 from read_model.heads h left join bridge.lanes l using (player_id)
       where coalesce(l.delivered_revision, -1) < h.revision`,
    );
    return late.length === 0;
  }

  async function setFaults(json: object): Promise<void> {
    await ask(z.unknown(), { method: 'POST', url: `${ready.fastTrack}/faults`, json });
  }

  async function ipAddressTold({ player }: Guest): Promise<string | undefined> {
    const schema = z.object({
      messages: z.array(z.looseObject({ path: z.string(), method: z.string(), taken: z.boolean(), body: z.unknown() })),
    });
    const { messages } = await ask(schema, { method: 'GET', url: `${ready.fastTrack}/messages?after=0` });
    const registered = z.object({ user_id: z.literal(player.id), ip_address: z.string().optional() });
    const [told] = messages
      .filter(({ method, path, taken }) => taken && method === 'POST' && path === '/v2/integration/user')
      .flatMap(({ body }) => registered.safeParse(body).data ?? []);
    if (told === undefined) throw new Error(`Fast Track never heard of ${player.id}`);
    return told.ip_address;
  }

  async function statusOf(path: string, body: object): Promise<number> {
    const answer = await fetch(`${ready.gateway}${path}`, { method: 'POST', body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  }

  /** What rows left in Postgres' own files goes with them: the tables are written anew, the old files removed. */
  async function vacuum(): Promise<void> {
    const client = new pg.Client({ connectionString: ready.postgres });
    await client.connect();
    try {
      await client.query('vacuum full');
      await client.query('checkpoint');
    } finally {
      await client.end();
    }
  }

  /** The last line of an audit that found nothing: with a finding it exits with 1, and this throws. */
  async function auditSentence(): Promise<string> {
    const args = [...AUDIT, '--out', await temporaryFolder(t)];
    const env = { ...process.env, EVENTSTORE_URL: ready.eventStore, POSTGRES_URL: ready.postgres };
    const { stdout } = await promisify(execFile)(NODE, args, { env });
    return stdout.trimEnd().split('\n').at(-1) ?? '';
  }

  /** Read models that were never told of the profiles end as those that were told and forgot. */
  async function rebuildIsEqual(): Promise<void> {
    const rebuiltUrl = await testDatabase(t, ready.postgres);
    const projector = createProjector(
      {
        ...{ host: '127.0.0.1', port: 0, logLevel: 'silent', natsReplicas: 1 },
        ...{ eventStoreUrl: ready.eventStore, natsUrl: 'nats://127.0.0.1:1', postgresUrl: rebuiltUrl },
      },
      { logger: silentLogger },
    );
    const rebuilt = createPostgres({
      ...{ connectionString: rebuiltUrl, applicationName: 'test', logger: silentLogger },
      ...{ max: 1, statementTimeoutMs: 60_000 },
    });
    try {
      await projector.start();
      const heads = 'select player_id, revision, hash from read_model.heads order by 1';
      const expected = await postgres.query(heads);
      await until('the rebuild', async () => {
        const actual = await rebuilt.query(heads).catch(() => []);
        return JSON.stringify(actual) === JSON.stringify(expected);
      });
      const [old, anew] = [await rowsOf(postgres), await rowsOf(rebuilt)];
      for (const [table, rows] of Object.entries(old))
        if (table !== 'checkpoints') t.deepEqual(anew[table], rows, table);
    } finally {
      await projector.stop();
      await rebuilt.stop();
    }
  }
});

function askedOf({ player }: Guest) {
  return { id: player.id, token: player.token, email: player.email };
}

function pick({ person }: Guest, names: readonly (keyof Person['registration'])[]): object {
  return Object.fromEntries(names.map((name) => [name, person.registration[name]]));
}

function isIn(found: Finds, datum: string, place: string): boolean {
  return found.some((find) => find.startsWith(`${datum} in ${place}`));
}
