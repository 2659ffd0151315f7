import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { heavy } from '../../../infra/testing/heavy.js';
import { isNativePath } from '../../../shared/http/native-errors.js';
import type { OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { brokenBodies } from '../../../shared/http/testing/broken-bodies.js';
import { documentFlaws } from '../../../shared/http/testing/document-flaws.js';
import { type DocumentedRoute, documented } from '../../../shared/http/testing/documented.js';
import { isTaken, misnamed } from '../../../shared/http/testing/misnamed.js';
import { oddHeaders, oddQueries, oddSegments } from '../../../shared/http/testing/odd-requests.js';
import { type PlainRequest, plainRequest } from '../../../shared/http/testing/plain-request.js';
import { type Known, valuesOf } from '../../../shared/http/testing/schema-values.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { storeState } from '../../../shared/testing/store-state.js';
import { BACKOFFICE_KEY, CLIENT, type Ground, OPERATOR_KEY, onceThere, openGround } from './ground.js';

const JANE = '12345' as PlayerId;
const REQUESTS = heavy(5_000);

/** For each route that wants more than its path: a query that it takes. */
const QUERIES: { readonly [path: string]: string } = {
  '/backoffice/deliveries': `?player_id=${JANE}`,
  '/backoffice/rounds': '?open_for=0m',
  '/token': `?${new URLSearchParams(CLIENT)}`,
};

/** A whole life, read models of it, and a lane that is parked. */
async function lived(t: ExecutionContext): Promise<Ground> {
  const ground = await openGround(t);
  ground.startProjector();
  const { position } = await ground.scribe.write(playerLife(JANE));
  const headers = { 'X-Api-Key': OPERATOR_KEY, 'X-Min-Position': String(position) };
  await onceThere(() => ground.get(`/operator/consents/${JANE}`, headers));
  const folder = fileURLToPath(new URL('../../ft-bridge/migrations', import.meta.url));
  await migrate({ connectionString: ground.postgresUrl, schema: 'bridge', folder, logger: silentLogger });
  const { postgresUrl: connectionString } = ground;
  const limits = { max: 1, statementTimeoutMs: 5_000 };
  const writer = createPostgres({ connectionString, applicationName: 'test', logger: silentLogger, ...limits });
  t.teardown(writer.stop);
  await writer.query(
    `insert into bridge.inbox (player_id, revision, event_id, hash, type, position, event, recorded_at, delivered_at)
     select $1, revision, event_id, '', type, position, '{}', recorded_at, case when revision < 5 then now() end
     from read_model.events where player_id = $1 and revision < 8`,
    [JANE],
  );
  await writer.query(
    `insert into bridge.lanes (player_id, taken_revision, taken_hash, taken_position, delivered_revision, failing_since,
       parked_revision, parked_kind, parked_reason, parked_at)
     values ($1, 7, '', 0, 4, now(), 5, 'refused', 'refused eight times', now())`,
    [JANE],
  );
  return ground;
}

const SCHEMES = ['backofficeKey', 'operatorKey', 'playerToken'];

/** How the route wants to be shown who asks; undefined: anybody may. */
function schemeOf({ operation }: DocumentedRoute): string | undefined {
  return Object.keys(operation.security?.[0] ?? {})[0];
}

async function credentialsFor(ground: Ground, scheme: string | undefined): Promise<PlainRequest['headers']> {
  switch (scheme) {
    case 'backofficeKey':
      return [['X-Api-Key', BACKOFFICE_KEY]];
    case 'operatorKey':
      return [['X-Api-Key', OPERATOR_KEY]];
    case 'playerToken':
      return Object.entries(await ground.login(JANE));
    default:
      return [];
  }
}

/** What a page of the brand shows to Fast Track. */
async function sidOf(ground: Ground): Promise<string> {
  return (await ground.login(JANE)).Authorization?.replace('Bearer ', '') ?? '';
}

function pathOf(path: string, id: string): string {
  return path.replace(/\{\w+\}/, id);
}

/** Its values, as those of fields of the same names. */
function knownOf(fields: { readonly [name: string]: string }): Known {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
}

/** A body that the route takes; undefined where it takes none. */
async function bodyFor(ground: Ground, { method, path }: DocumentedRoute): Promise<object | undefined> {
  if (path === '/reconciliation') return { field: 'blocked' };
  if (path === '/authenticate') return { sid: await sidOf(ground) };
  return method === 'POST' ? CLIENT : undefined;
}

test(`query answers what its document says, whoever asks, and ${REQUESTS} broken questions change nothing`, async (t) => {
  const ground = await lived(t);
  await answersAsDocumented(t, ground);
  await takesBrokenQuestions(t, ground);
});

async function answersAsDocumented(t: ExecutionContext, ground: Ground): Promise<void> {
  const document = (await ground.get('/openapi.json')).body as OpenApiDocument;
  t.deepEqual(documentFlaws(document), []);
  const { routes: all, complaints } = documented(document);
  const routes = all.filter(({ path }) => path !== '/me/events');
  for (const route of routes) {
    const headers = await credentialsFor(ground, schemeOf(route));
    const { method } = route;
    const path = pathOf(route.path, JANE) + (QUERIES[route.path] ?? '');
    const said = await bodyFor(ground, route);
    const body = said === undefined ? {} : { body: Buffer.from(JSON.stringify(said)) };
    const meant = await plainRequest(ground.url, { method, path, headers, ...body });
    t.is(meant.status, 200, `${method} ${path} ${meant.text}`);
    const nobody = await plainRequest(ground.url, { method, path, headers: [] });
    const nonsense = await plainRequest(ground.url, { method, path: `${pathOf(route.path, '777')}?x=1`, headers });
    for (const answer of [meant, nobody, nonsense]) t.deepEqual(complaints(route, answer), [], `${method} ${path}`);
    const others = schemeOf(route) === undefined ? [] : SCHEMES.filter((scheme) => scheme !== schemeOf(route));
    for (const other of others) {
      const as = await credentialsFor(ground, other);
      t.is((await plainRequest(ground.url, { method, path, headers: as, ...body })).status, 401, `${path} as ${other}`);
    }
    if (others.length > 0) t.is(nobody.status, 401, path);
  }

  // A stream has no end: its head is what can be compared.
  const events = all.find(({ path }) => path === '/me/events') ?? t.fail();
  const leave = new AbortController();
  const headers = Object.fromEntries(await credentialsFor(ground, schemeOf(events)));
  const stream = await fetch(`${ground.url}/me/events`, { headers, signal: leave.signal });
  const contentType = stream.headers.get('Content-Type') ?? '';
  t.deepEqual(complaints(events, { status: stream.status, contentType, text: '' }), []);
  t.is(stream.status, 200);
  leave.abort();
}

const FIELDS = ['blocked', 'excluded', 'consent_email', 'consent_push_notification'];
const NOT_KEPT = 501;

/** Never a 5xx, and always a problem that names what was broken, where there is room for it. */
async function takesBrokenQuestions(t: ExecutionContext, ground: Ground): Promise<void> {
  const held = documented((await ground.get('/openapi.json')).body as OpenApiDocument);
  const routes = held.routes
    .filter(({ path }) => path !== '/me/events')
    // There are few bodies, and more to break in them.
    .flatMap((route) => (route.operation.requestBody === undefined ? [route] : Array<DocumentedRoute>(5).fill(route)));
  const known = { ...knownOf(CLIENT), field: FIELDS, sid: [await sidOf(ground)] };
  const { postgresUrl: connectionString } = ground;
  const limits = { max: 1, statementTimeoutMs: 5_000 };
  const postgres = createPostgres({ connectionString, applicationName: 'test', logger: silentLogger, ...limits });
  t.teardown(postgres.stop);
  const before = await rowsOf(postgres);
  const eventsBefore = await storeState(ground.store);

  const asked = fc.nat(routes.length - 1).chain((at) => {
    const schema = routes[at]?.operation.requestBody?.content['application/json']?.schema;
    return fc.record({
      at: fc.constant(at),
      segment: fc.option(oddSegments, { nil: JANE }),
      query: oddQueries,
      odd: oddHeaders.map((headers) => headers.filter(([name]) => name !== 'X-Min-Position')),
      broken: schema === undefined ? fc.constant(undefined) : brokenBodies(valuesOf(schema, known)),
    });
  });
  const answers = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ at, segment, query, odd, broken }) => {
      const route = routes[at];
      if (route === undefined) throw new Error('there is no such route');
      const headers = [...(await credentialsFor(ground, schemeOf(route))), ...odd];
      const answer = await plainRequest(ground.url, {
        ...{ method: route.method, path: pathOf(route.path, segment) + query, headers },
        ...(broken === undefined ? {} : { body: broken.bytes }),
      });
      const body = broken?.bytes.toString().slice(0, 400) ?? '';
      const told = `${route.method} ${route.path} ${body} → ${answer.status} ${answer.text.slice(0, 400)}`;
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      // The answer that Fast Track wants for a field that is not kept.
      const isNotKept = answer.status === NOT_KEPT && route.path === '/reconciliation';
      if (answer.status >= 500 && !isNotKept) throw new Error(`a 5xx: ${told}`);
      const isNative = isNativePath(route.path);
      if (answer.status >= 400) {
        const expected = isNative ? 'application/json' : 'application/problem+json';
        if (!answer.contentType.startsWith(expected)) throw new Error(`no ${expected}: ${told}`);
        const wrong = isNative ? undefined : misnamed(held, route, broken, answer.text);
        if (wrong !== undefined) throw new Error(`${wrong}: ${told}`);
      } else if (broken !== undefined && !isTaken(held, route, broken.bytes)) {
        throw new Error(`accepted, though its schema does not take it: ${told}`);
      }
      const undeclared = segment === JANE ? held.complaints(route, answer) : [];
      if (undeclared.length > 0) throw new Error(`${undeclared.join('; ')}: ${told}`);
    }),
    { numRuns: REQUESTS, endOnFailure: true, includeErrorInReport: true },
  );
  t.log(
    `answers by status: ${[...answers]
      .sort()
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ')}`,
  );
  t.deepEqual(await rowsOf(postgres), before);
  t.deepEqual(await storeState(ground.store), eventsBefore);
}
