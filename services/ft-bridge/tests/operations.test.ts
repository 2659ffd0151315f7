import test, { type ExecutionContext } from 'ava';
import { until } from '../../../infra/testing/until.js';
import { ATTEMPTS_KEPT } from '../inbox/inbox.js';
import { BACKOFFICE, bridgeBench } from './bridge-workbench.js';
import type { FtCall } from './scripted-fast-track.js';
import { headAfter, logins, player, story } from './stories.js';

const ANN = player(1);
const BOB = player(2);
const CAT = player(3);

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Body };
// What each route answers is compared where it is asked for.
type Body = { readonly [name: string]: never } & {
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string }[];
  readonly lanes?: readonly Lane[];
  readonly lane?: Lane;
  readonly attempts?: readonly object[];
  readonly decision?: object;
  readonly decisions?: readonly object[];
  readonly next_after?: string | null;
  readonly events?: number;
};
type Lane = {
  readonly player_id: string;
  readonly state: string;
  readonly revision: number;
  readonly attempts: number;
};

function callerOf(url: string) {
  return async (path: string, body?: unknown, headers: Record<string, string> = BACKOFFICE): Promise<Answer> => {
    const request =
      body === undefined
        ? { headers }
        : { method: 'POST', headers, body: typeof body === 'string' ? body : json(body) };
    const response = await fetch(`${url}/operations${path}`, request);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };
}

const json = (value: unknown) => JSON.stringify(value);
const keysOf = (calls: readonly FtCall[], userId: string) =>
  calls.filter((call) => call.userId === userId).map(({ key }) => key);

/** Ann's events with the second refused until she is parked, while Bob's are taken. */
async function parkedAnn(t: ExecutionContext) {
  const bench = await bridgeBench(t);
  const ann = story(ANN, logins(4));
  const poison = ann[1]?.id;
  let mended = false;
  bench.fastTrack.script(({ key }) => ({ status: key === poison && !mended ? 400 : 200 }));
  const { url } = await bench.start();
  const call = callerOf(url);
  await bench.happen(ann);
  await bench.fastTrack.until(({ calls }) => keysOf(calls, ANN).length >= 2);
  await bench.happen(story(BOB, logins(1)));
  const refusals = () => keysOf(bench.fastTrack.calls, ANN).filter((key) => key === poison).length;
  // She is parked a moment before her last refusals are written, and he is told before that is marked.
  const lane = await until('she is parked, and nothing more is written', async () => {
    const [parked] = (await call('/lanes')).body.lanes ?? [];
    const bob = (await call(`/lanes/${BOB}`)).body.lane;
    return parked?.attempts === refusals() && bob?.state === 'idle' && parked;
  });
  return {
    ...{ bench, call, ann, lane },
    mend() {
      mended = true;
    },
  };
}

test.serial('what is wrong with a request is said, and it changes nothing', async (t) => {
  const { bench, call } = await parkedAnn(t);
  const before = await bench.postgres.query('SELECT l.* FROM bridge.lanes l ORDER BY player_id');
  const ann = `/lanes/${ANN}`;
  const good = { revision: 1, reason: 'the brand agreed' };

  const anyone = await Promise.all(
    [{}, { 'X-Api-Key': 'wrong' }, { 'X-Api-Key': '' }].flatMap((headers) => [
      call('/lanes', undefined, headers),
      call(`/lanes/99?x=1`, undefined, headers),
      call('/decisions', undefined, headers),
      call(`${ann}/retry`, {}, headers),
      call(`${ann}/skip`, good, headers),
      call(`${ann}/replay`, '{', headers),
    ]),
  );
  for (const { status, body } of anyone) {
    t.deepEqual([status, json(body)], [401, json(anyone[0]?.body)], 'uniform, whatever else is wrong');
  }
  t.is(anyone[0]?.body.code, 'unauthorized');

  const malformed: readonly (readonly [path: string, body: unknown, pointer: string])[] = [
    ['/lanes?state=idle', undefined, '/state'],
    ['/lanes?limit=0', undefined, '/limit'],
    ['/lanes?limit=501', undefined, '/limit'],
    ['/lanes?limit=1&limit=2', undefined, '/limit'],
    ['/lanes?after=0', undefined, '/after'],
    ['/lanes?before=1', undefined, '/before'],
    [`${ann}?limit=1`, undefined, '/limit'],
    ['/decisions?player_id=x', undefined, '/player_id'],
    ['/decisions?after=-1', undefined, '/after'],
    ['/decisions?after=9999999999999999999', undefined, '/after'],
    [`${ann}/retry`, '', ''],
    [`${ann}/retry`, '[]', ''],
    [`${ann}/retry`, { force: true }, '/force'],
    [`${ann}/retry?force=1`, {}, '/force'],
    [`${ann}/skip`, '{"revision":1,', ''],
    [`${ann}/skip`, { ...good, revision: '1' }, '/revision'],
    [`${ann}/skip`, { ...good, revision: -1 }, '/revision'],
    [`${ann}/skip`, { ...good, revision: 1.5 }, '/revision'],
    [`${ann}/skip`, '{"revision":1e9,"reason":"x"}', '/revision'],
    [`${ann}/skip`, '{"revision":1,"revision":1,"reason":"x"}', '/revision'],
    [`${ann}/skip`, { reason: 'x' }, '/revision'],
    [`${ann}/skip`, { revision: 1 }, '/reason'],
    [`${ann}/skip`, { ...good, reason: '' }, '/reason'],
    [`${ann}/skip`, { ...good, reason: '  \n ' }, '/reason'],
    [`${ann}/skip`, { ...good, reason: 'x'.repeat(501) }, '/reason'],
    [`${ann}/skip`, { ...good, reason: 'a\0b' }, '/reason'],
    [`${ann}/skip`, { ...good, reason: ['x'] }, '/reason'],
    [`${ann}/skip`, { ...good, by: 'me' }, '/by'],
    [`${ann}/replay`, { from: 'yesterday' }, '/from'],
    [`${ann}/replay`, { from: '2026-01-31T23:59:59' }, '/from'],
    [`${ann}/replay`, { to: '2026-02-31T00:00:00Z' }, '/to'],
    [`${ann}/replay`, { from_revision: 0, from: '2026-01-31T23:59:59Z' }, '/from'],
    [`${ann}/replay`, { to_revision: 1, to: '2026-01-31T23:59:59Z' }, '/to'],
    [`${ann}/replay`, { from_revision: null }, '/from_revision'],
    [`${ann}/replay`, { from_revision: 99_999_999_999 }, '/from_revision'],
    [`${ann}/replay`, { revision: 1 }, '/revision'],
  ];
  for (const [path, body, pointer] of malformed) {
    const answer = await call(path, body);
    const asked = `${path} ${typeof body === 'string' ? body : json(body)}`;
    t.deepEqual([answer.status, answer.body.code], [400, 'malformed'], asked);
    t.is(answer.body.errors?.[0]?.pointer, pointer, asked);
    t.is(answer.headers.get('content-type'), 'application/problem+json', asked);
  }

  const refused: readonly (readonly [path: string, body: unknown, status: number, code: string])[] = [
    ['/lanes/99', undefined, 404, 'player_not_found'],
    ['/lanes/anna', undefined, 404, 'player_not_found'],
    ['/lanes/99/retry', {}, 404, 'player_not_found'],
    ['/lanes/0/skip', good, 404, 'player_not_found'],
    ['/lanes/99/skip', good, 404, 'player_not_found'],
    ['/lanes/99/replay', {}, 404, 'player_not_found'],
    ['/lane', undefined, 404, 'not_found'],
    [`${ann}/unpark`, {}, 404, 'not_found'],
    [`${ann}/retry`, undefined, 405, 'method_not_allowed'],
    ['/lanes', {}, 405, 'method_not_allowed'],
    [`${ann}/skip`, { ...good, revision: 0 }, 409, 'invalid_transition'],
    [`${ann}/skip`, { ...good, revision: 2 }, 409, 'invalid_transition'],
    [`/lanes/${BOB}/skip`, { ...good, revision: 1 }, 409, 'invalid_transition'],
    [`/lanes/${BOB}/retry`, {}, 409, 'invalid_transition'],
    [`${ann}/replay`, { from_revision: 1 }, 409, 'invalid_transition'],
    [`${ann}/replay`, { from_revision: 3, to_revision: 2 }, 409, 'invalid_transition'],
    [`${ann}/skip`, 'x'.repeat(65 * 1024), 413, 'body_too_large'],
  ];
  for (const [path, body, status, code] of refused) {
    const answer = await call(path, body);
    t.deepEqual([answer.status, answer.body.code], [status, code], path);
  }
  t.deepEqual(await bench.postgres.query('SELECT l.* FROM bridge.lanes l ORDER BY player_id'), before);
  t.deepEqual((await call('/decisions')).body, { decisions: [], next_after: null } as unknown as Body);
});

test.serial(
  'a message that Fast Track refuses eight times parks its player; skipped, the rest flows in order',
  async (t) => {
    const { bench, call, ann, lane } = await parkedAnn(t);
    t.like(lane, {
      ...{ player_id: ANN, state: 'parked', kind: 'refused', revision: 1, event_id: ann[1]?.id },
      ...{ event_type: 'PlayerLoggedIn', last_status: 400, backlog: 3, delivered_revision: 0, taken_revision: 3 },
    });
    const refusals = keysOf(bench.fastTrack.calls, ANN).filter((key) => key === ann[1]?.id).length;
    t.true(refusals >= 8);
    // She is parked a moment before her last refusals are written.
    const attempts = await until('her failed requests are written', async () => {
      const written = (await call(`/lanes/${ANN}`)).body.attempts ?? [];
      return written.length === Math.min(refusals, ATTEMPTS_KEPT) && written;
    });
    t.like(attempts[0], { revision: 1, part: 0, status: 400, error: 'Fast Track answered 400: {"ok":false}' });

    const asked = { revision: 1, reason: 'the brand deleted this player' };
    const skipped = await call(`/lanes/${ANN}/skip`, asked);
    t.is(skipped.status, 200);
    t.like(skipped.body.decision, { action: 'skip', revision: 1, decided_by: 'night-shift', reason: asked.reason });
    await bench.fastTrack.until(({ taken }) => keysOf(taken, ANN).length === 3);
    t.deepEqual(
      keysOf(bench.fastTrack.taken, ANN),
      [ann[0], ann[2], ann[3]].map((event) => event?.id ?? ''),
    );
    const again = await call(`/lanes/${ANN}/skip`, asked);
    t.is(again.headers.get('Idempotency-Replayed'), 'true');
    t.deepEqual(again.body.decision, skipped.body.decision);
    t.deepEqual((await call('/lanes')).body.lanes, []);
    const { decisions = [] } = (await call('/decisions')).body;
    t.deepEqual(decisions, [skipped.body.decision], 'kept once, though it was asked for twice');
  },
);

test.serial(
  'once Fast Track is mended, a retry delivers; a replay sends the same messages under the same keys',
  async (t) => {
    const { bench, call, ann, mend } = await parkedAnn(t);
    mend();
    const retried = await call(`/lanes/${ANN}/retry`, {});
    t.is(retried.status, 200);
    t.like(retried.body.decision, { action: 'retry', revision: 1, decided_by: 'night-shift' });
    await bench.fastTrack.until(({ taken }) => keysOf(taken, ANN).length === 4);
    t.deepEqual(
      keysOf(bench.fastTrack.taken, ANN),
      ann.map(({ id }) => id),
    );
    await until('it is marked', async () => (await call(`/lanes/${ANN}`)).body.lane?.state === 'idle');

    const before = bench.fastTrack.calls.length;
    const replayed = await call(`/lanes/${ANN}/replay`, { from_revision: 1, to: new Date().toISOString() });
    t.is(replayed.status, 200);
    t.is(replayed.body.events, 3);
    await bench.fastTrack.until(({ calls }) => calls.length === before + 3);
    await until('it is over', async () => (await call(`/lanes/${ANN}`)).body.lane?.state === 'idle');
    await bench.happen([...story(ANN, logins(1), headAfter(ann)), ...story(CAT, logins(1))]);
    await bench.fastTrack.until(({ calls }) => calls.length === before + 5);
    const later = bench.fastTrack.calls.slice(before).filter(({ userId }) => userId === ANN);
    t.deepEqual(
      later.map(({ sequence }) => sequence),
      [1, 2, 3, 4],
    );
    t.deepEqual(
      later.slice(0, 3).map(({ key }) => key),
      ann.slice(1).map(({ id }) => id),
    );
    const first = (await call('/decisions?limit=1')).body;
    const rest = (await call(`/decisions?player_id=${ANN}&after=${first.next_after}`)).body;
    const actions = [...(first.decisions ?? []), ...(rest.decisions ?? [])];
    t.like(actions, { 0: { action: 'retry', decided_by: 'night-shift' }, 1: { action: 'replay', last_revision: 3 } });
    t.is(actions.length, 2);
  },
);

test.serial('a lane that waits for its next try is tried now', async (t) => {
  const bench = await bridgeBench(t);
  let down = true;
  bench.fastTrack.script(({ userId }) => ({
    status: userId === ANN && down ? 503 : 200,
    headers: { 'retry-after': '9999' },
  }));
  const { url } = await bench.start({ retryCapMs: 3_600_000 });
  const call = callerOf(url);
  await bench.happen([...story(ANN, logins(2)), ...story(BOB, logins(1))]);
  await until('it waits', async () => (await call('/lanes?state=retrying')).body.lanes?.[0]?.player_id === ANN);
  down = false;
  t.is((await call(`/lanes/${ANN}/retry`, {})).status, 200);
  await bench.fastTrack.until(({ taken }) => keysOf(taken, ANN).length === 2);
  t.pass();
});

test.serial('rows that are old enough go while the bridge runs, and a replay brings them back', async (t) => {
  const bench = await bridgeBench(t);
  const { url } = await bench.start({ retentionEveryMs: 20 });
  const call = callerOf(url);
  const ann = story(ANN, logins(3));
  await bench.happen(ann);
  await until('it is marked', async () => (await call(`/lanes/${ANN}`)).body.lane?.state === 'idle');
  await bench.postgres.query(`UPDATE bridge.inbox SET delivered_at = now() - interval '73 hours'`);
  await until('old rows go', async () => {
    const [row] = await bench.postgres.query<{ rows: number }>('SELECT count(*)::int AS rows FROM bridge.inbox');
    return row?.rows === 1;
  });
  t.like((await call(`/lanes/${ANN}/replay`, {})).body, { events: 3 });
  await bench.fastTrack.until(({ calls }) => calls.length === 6);
  t.deepEqual(
    keysOf(bench.fastTrack.calls, ANN).slice(3),
    ann.map(({ id }) => id),
  );
});
