import test from 'ava';
import fc from 'fast-check';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import { isNativePath } from '../../../shared/http/native-errors.js';
import type { OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { type BrokenBody, brokenBodies, goodBytes } from '../../../shared/http/testing/broken-bodies.js';
import { type DocumentedRoute, documented } from '../../../shared/http/testing/documented.js';
import { isTaken, misnamed } from '../../../shared/http/testing/misnamed.js';
import { oddHeaders } from '../../../shared/http/testing/odd-requests.js';
import { plainRequest } from '../../../shared/http/testing/plain-request.js';
import { valuesOf } from '../../../shared/http/testing/schema-values.js';
import { readPosition } from '../../../shared/postgres/freshness.js';
import { createPostgres } from '../../../shared/postgres/postgres.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { rowsOf } from '../../../shared/testing/all-rows.js';
import { changedStreams, storeState } from '../../../shared/testing/store-state.js';
import { startPlatform } from '../../embedded/platform.js';
import { heavy } from '../heavy.js';
import { until } from '../until.js';
import { credentialsFor, playedPlayer } from './caller.js';

// Goal: what is refused changes nothing, in the real stores behind the gateway. Method: to every route go requests that
// may never be accepted: bodies that its schema does not take, and good ones with credentials that are not right. Before
// and after, every stream's end and every row of the read models, balances among them, are compared. That the comparison
// sees a change is seen by the one good bet at the end.

const REQUESTS = heavy(4_000);

test(`${REQUESTS} requests that may never be accepted change no stream and no row`, async (t) => {
  t.timeout(170_000);
  const platform = await startPlatform();
  t.teardown(platform.stop);
  const { ready } = platform;
  const store = createEsdbEventStore({ connectionString: ready.eventStore });
  t.teardown(store.close);
  const postgres = createPostgres({
    ...{ connectionString: ready.postgres, applicationName: 'test', logger, max: 1, statementTimeoutMs: 20_000 },
  });
  t.teardown(postgres.stop);
  const stores = async () => {
    let end = -1n;
    for await (const { position } of store.readAll({ direction: 'backwards', maxCount: 1 })) end = position;
    await until('the read models are there', async () => (await readPosition(postgres)) >= end);
    const { checkpoints, ...rows } = await rowsOf(postgres);
    return { streams: await storeState(store), rows };
  };

  const player = await playedPlayer(ready);
  const document = (await (await fetch(`${ready.gateway}/openapi.json`)).json()) as OpenApiDocument;
  const held = documented(document);
  const ids: { readonly [name: string]: string } = { id: player.id, session_id: player.sessionId };
  const send = (route: DocumentedRoute, body: Buffer | undefined, spoilt: boolean, odd: Headers = []) => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
    const headers = [...credentialsFor(ready, player, { route, path, body, spoilt }), ...odd];
    return plainRequest(ready.gateway, {
      method: route.method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  };
  const isOpen = ({ operation }: DocumentedRoute) => (operation.security ?? []).length === 0;
  const routes = held.routes
    .filter(({ operation }) => !operation.tags.includes('process'))
    .filter((route) => !isOpen(route) || route.operation.requestBody !== undefined)
    // There is more to break in a body.
    .flatMap((route) => (route.operation.requestBody === undefined ? [route] : Array<DocumentedRoute>(3).fill(route)));
  const requests = fc.constantFrom(...routes.keys()).chain((at) => {
    const route = routes[at];
    const schema = route?.operation.requestBody?.content['application/json']?.schema;
    const good = schema === undefined ? fc.constant(undefined) : valuesOf(schema, player.known);
    const whole = good.map((body) => (body === undefined ? undefined : { bytes: goodBytes(body), pointer: undefined }));
    const broken: fc.Arbitrary<BrokenBody | undefined> = schema === undefined ? whole : brokenBodies(good);
    const isSpoilt = schema === undefined ? fc.constant(true) : fc.nat(4).map((drawn) => drawn === 0);
    return fc.record({
      at: fc.constant(at),
      odd: oddHeaders,
      body: fc.oneof({ weight: 3, arbitrary: broken }, whole),
      spoilt: route !== undefined && isOpen(route) ? fc.constant(false) : isSpoilt,
    });
  });

  const before = await stores();
  const refused = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ at, odd, body, spoilt }) => {
      const route = routes[at];
      if (route === undefined) throw new Error('there is no such route');
      if (!spoilt && (body === undefined || isTaken(held, route, body.bytes))) return;
      const answer = await send(route, body?.bytes, spoilt, odd);
      const told = `${route.method} ${route.path} ${body?.bytes.toString().slice(0, 400)} → ${answer.status} ${answer.text}`;
      if (answer.status < 400 || answer.status >= 500) throw new Error(`not refused: ${told}`);
      refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
      const isNative = isNativePath(route.path);
      const expected = isNative ? 'application/json' : 'application/problem+json';
      if (!answer.contentType.startsWith(expected)) throw new Error(`no ${expected}: ${told}`);
      const wrong = isNative ? undefined : misnamed(held, route, body, answer.text);
      if (wrong !== undefined) throw new Error(`${wrong}: ${told}`);
    }),
    { numRuns: REQUESTS, endOnFailure: true, includeErrorInReport: true },
  );
  t.log(`refused by status: ${[...refused].map(([status, count]) => `${status}: ${count}`).join(', ')}`);
  t.true((refused.get(400) ?? 0) > REQUESTS / 10 && (refused.get(401) ?? 0) > REQUESTS / 20);
  const after = await stores();
  t.deepEqual(after.streams, before.streams);
  t.deepEqual(after.rows, before.rows);

  const bet = held.routes.find(({ path }) => path === '/provider/v1/bet');
  if (bet === undefined) throw new Error('there is no such route');
  t.is((await send(bet, goodBytes(player.bet), false)).status, 200);
  const moved = await stores();
  t.deepEqual(changedStreams(after.streams, moved.streams), [`player-${player.id}`]);
  t.is(moved.streams.events, after.streams.events + 1);
  t.notDeepEqual(moved.rows.balances, after.rows.balances);
});

type Headers = readonly (readonly [string, string])[];
