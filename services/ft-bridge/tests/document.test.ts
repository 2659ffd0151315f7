import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { heavy } from '../../../infra/testing/heavy.js';
import { createAdmission } from '../../../shared/http/admission.js';
import type { OpenApiDocument } from '../../../shared/http/openapi/document.js';
import { startHttpServer } from '../../../shared/http/server.js';
import { brokenBodies } from '../../../shared/http/testing/broken-bodies.js';
import { documentFlaws } from '../../../shared/http/testing/document-flaws.js';
import { documented } from '../../../shared/http/testing/documented.js';
import { isTaken, misnamed } from '../../../shared/http/testing/misnamed.js';
import { plainRequest } from '../../../shared/http/testing/plain-request.js';
import { valuesOf } from '../../../shared/http/testing/schema-values.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { operationsRoutes } from '../http/operations.routes.js';
import { operationsGround } from './operations-ground.js';
import { logins, player, story } from './stories.js';

const KEY = 'a back-office key';
const ANN = player(1);
const BROKEN_BODIES = heavy(2_000);

/** What each action takes, of a lane that is parked at revision 1. */
const BODIES: readonly (readonly [action: string, body: object])[] = [
  ['retry', {}],
  ['skip', { revision: 1, reason: 'the brand agreed' }],
  ['replay', { from_revision: 0 }],
];

test(`the bridge answers what its document says, whoever asks, and ${BROKEN_BODIES} broken bodies change nothing`, async (t) => {
  const ground = await operationsGround(t);
  await ground.begin(story(ANN, logins(4)), 1);
  const stand = async () => {
    await ground.fail(ANN, 0);
    await ground.inbox.park(ANN, { revision: 1, kind: 'refused', reason: 'Fast Track answered 400' });
  };
  const holder = { id: 'back-office', sha256: createHash('sha256').update(KEY).digest('hex') };
  const admission = createAdmission({ policies: {}, trustedProxies: [], nowMs: Date.now });
  const server = await startHttpServer({
    ...{ logger, metrics: new Registry(), readiness: () => [], host: '127.0.0.1', port: 0 },
    routers: [operationsRoutes({ operations: ground.operations, keys: { holders: [holder], admission } })],
    document: { title: 'ft-bridge', description: 'in a test' },
  });
  t.teardown(server.stop);
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument;
  t.deepEqual(documentFlaws(document), []);
  const held = documented(document);
  const { routes, complaints, takes } = held;
  const accepted = new Set<string>();

  const look = async (route: (typeof routes)[number], path: string, body?: string, key = KEY) => {
    const answer = await plainRequest(server.url, {
      ...{ method: route.method, path, headers: [['X-Api-Key', key]] },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });
    t.deepEqual(complaints(route, answer), [], `${route.method} ${path} ${answer.text}`);
    if (answer.status === 200) accepted.add(`${route.method} ${route.path}`);
    return answer.status;
  };
  const pathOf = (template: string, id: string) => template.replace('{player_id}', id);
  for (const [action, body] of [['', undefined], ...BODIES] as const) {
    for (const route of routes) {
      const own = BODIES.find(([name]) => route.path.endsWith(`/${name}`));
      if ((own?.[0] ?? '') !== action) continue;
      const path = pathOf(route.path, ANN);
      const sent = body === undefined ? undefined : JSON.stringify(body);
      if (body !== undefined) t.true(takes(route, body), route.path);
      const isOpen = (route.operation.security ?? []).length === 0;
      if (!isOpen) t.is(await look(route, path, sent, 'wrong'), 401, path);
      if (!isOpen) t.is(await look(route, `${path}?more=1`, sent), 400, path);
      if (sent !== undefined) t.is(await look(route, path, '{"revision":"1","more":1}'), 400, path);
      if (route.path.includes('{')) t.is(await look(route, pathOf(route.path, '77'), sent), 404, path);
      if (action !== 'replay') await stand();
      await look(route, path, sent);
      await look(route, path, sent);
    }
  }
  t.deepEqual(
    routes.map(({ method, path }) => `${method} ${path}`).filter((name) => !accepted.has(name)),
    [],
  );

  await stand();
  const tables = async () =>
    Promise.all(['lanes', 'inbox', 'decisions'].map((name) => ground.postgres.query(`SELECT * FROM bridge.${name}`)));
  const before = await tables();
  const broken = fc
    .constantFrom(...routes.filter(({ operation }) => operation.requestBody !== undefined))
    .chain((route) => {
      const schema = route.operation.requestBody?.content['application/json']?.schema ?? {};
      return fc.record({ name: fc.constant(route.path), body: brokenBodies(valuesOf(schema)) });
    });
  await fc.assert(
    fc.asyncProperty(broken, async ({ name, body }) => {
      const route = routes.find(({ path }) => path === name);
      if (route === undefined || isTaken(held, route, body.bytes)) return;
      const answer = await plainRequest(server.url, {
        ...{ method: route.method, path: pathOf(route.path, ANN), headers: [['X-Api-Key', KEY]], body: body.bytes },
      });
      const wrong = [...complaints(route, answer), misnamed(held, route, body, answer.text)].filter(Boolean).join('; ');
      if ((answer.status === 400 || answer.status === 413) && wrong === '') return;
      throw new Error(`${name} ${body.bytes.toString().slice(0, 400)} → ${answer.status} ${answer.text}: ${wrong}`);
    }),
    { numRuns: BROKEN_BODIES, endOnFailure: true, includeErrorInReport: true },
  );
  t.deepEqual(await tables(), before);
});
