import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { heavy } from '../../../infra/testing/heavy.js';
import { isNativePath } from '../../../shared/http/native-errors.js';
import type { OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { documentFlaws } from '../../../shared/http/testing/document-flaws.js';
import { type DocumentedRoute, documented } from '../../../shared/http/testing/documented.js';
import { oddHeaders, oddQueries, oddSegments } from '../../../shared/http/testing/odd-requests.js';
import { type PlainRequest, plainRequest } from '../../../shared/http/testing/plain-request.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { migrate } from '../../../shared/postgres/migrate.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { playerLife } from '../../../shared/testing/player-life.js';
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

async function credentialsFor(ground: Ground, { operation }: DocumentedRoute): Promise<PlainRequest['headers']> {
  switch (Object.keys(operation.security?.[0] ?? {})[0]) {
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

/** A body that the route takes; undefined where it takes none. */
async function bodyFor(ground: Ground, { method, path }: DocumentedRoute): Promise<object | undefined> {
  if (path === '/reconciliation') return { field: 'blocked' };
  if (path === '/authenticate') return { sid: (await ground.login(JANE)).Authorization?.replace('Bearer ', '') };
  return method === 'POST' ? CLIENT : undefined;
}

test('query answers what its document says, whoever asks, and however the question is broken', async (t) => {
  const ground = await lived(t);
  const document = (await ground.get('/openapi.json')).body as OpenApiDocument;
  t.deepEqual(documentFlaws(document), []);
  const { routes: all, complaints } = documented(document);
  // A stream does not end, and has a test of its own.
  const routes = all.filter(({ path }) => path !== '/me/events');
  const pathOf = (path: string, id: string) => path.replace(/\{\w+\}/, id);

  for (const route of routes) {
    const headers = await credentialsFor(ground, route);
    const { method } = route;
    const path = pathOf(route.path, JANE) + (QUERIES[route.path] ?? '');
    const said = await bodyFor(ground, route);
    const body = said === undefined ? {} : { body: Buffer.from(JSON.stringify(said)) };
    const meant = await plainRequest(ground.url, { method, path, headers, ...body });
    t.is(meant.status, 200, `${method} ${path} ${meant.text}`);
    const nobody = await plainRequest(ground.url, { method, path, headers: [] });
    const nonsense = await plainRequest(ground.url, { method, path: `${pathOf(route.path, '777')}?x=1`, headers });
    for (const answer of [meant, nobody, nonsense]) t.deepEqual(complaints(route, answer), [], `${method} ${path}`);
  }

  const asked = fc.record({
    at: fc.nat(routes.length - 1),
    segment: fc.option(oddSegments, { nil: JANE }),
    query: oddQueries,
    odd: oddHeaders.map((headers) => headers.filter(([name]) => name !== 'X-Min-Position')),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ at, segment, query, odd }) => {
      const route = routes[at];
      if (route === undefined) throw new Error('there is no such route');
      const headers = [...(await credentialsFor(ground, route)), ...odd];
      const answer = await plainRequest(ground.url, {
        ...{ method: route.method, path: pathOf(route.path, segment) + query, headers },
      });
      const told = `${route.method} ${route.path} ${answer.status} ${answer.text}`;
      if (answer.status >= 500) throw new Error(`a 5xx: ${told}`);
      const expected = isNativePath(route.path) ? 'application/json' : 'application/problem+json';
      if (answer.status >= 400 && !answer.contentType.startsWith(expected)) throw new Error(`no ${expected}: ${told}`);
      const undeclared = segment === JANE ? complaints(route, answer) : [];
      if (undeclared.length > 0) throw new Error(`${undeclared.join('; ')}: ${told}`);
    }),
    { numRuns: REQUESTS, endOnFailure: true, includeErrorInReport: true },
  );
});
