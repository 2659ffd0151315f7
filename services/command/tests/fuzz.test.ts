import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import fc, { type Arbitrary } from 'fast-check';
import { heavy } from '../../../infra/testing/heavy.js';
import type { EventStore, StoredEvent } from '../../../shared/event-store/event-store.js';
import { isNativePath } from '../../../shared/http/native-errors.js';
import { issuePlayerToken, playerTokenKey } from '../../../shared/http/player-token.js';
import { sign } from '../../../shared/http/signature.js';
import { type BrokenBody, brokenBodies, goodBytes } from '../../../shared/http/testing/broken-bodies.js';
import type { DocumentedRoute } from '../../../shared/http/testing/documented.js';
import { isTaken, misnamed } from '../../../shared/http/testing/misnamed.js';
import { oddHeaders, oddQueries, oddSegments } from '../../../shared/http/testing/odd-requests.js';
import { valuesOf } from '../../../shared/http/testing/schema-values.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { changedStreams, type StoreState, storeState } from '../../../shared/testing/store-state.js';
import {
  betBody,
  commandService,
  configOfTests,
  PROVIDER_SECRET,
  type ReadyPlayer,
  readyPlayer,
} from './command-client.js';
import { documentedCommand, knownOf, pathOf } from './documented-client.js';

// Requests for every route, made from its schema and then broken: none is a 5xx, none that was refused has written, and
// a refusal of a body names the member that was broken.

const REQUESTS = heavy(20_000);
/** Requests block and change their player: each has its share of them. */
const REQUESTS_PER_PLAYER = 100;

/** Of a login of its own, so that a logout ends no other request's. */
function freshToken({ playerId }: ReadyPlayer): Promise<string> {
  const key = playerTokenKey(configOfTests().CROUPIER_TOKEN_KEY);
  const login = { playerId: playerId as PlayerId, loginId: randomUUID(), passwordRevision: 0 };
  return issuePlayerToken(key, login, Date.now());
}

type Fuzzed = {
  /** Method and path: short, for what fast-check prints. */
  readonly name: string;
  readonly segment: string | undefined;
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly broken: BrokenBody | undefined;
};

function requestsFor(route: DocumentedRoute, player: ReadyPlayer): Arbitrary<Fuzzed> {
  const schema = route.operation.requestBody?.content['application/json']?.schema;
  const values = schema === undefined ? fc.jsonValue() : valuesOf(schema, knownOf(player));
  const whole = values.map((body) => ({ bytes: goodBytes(body), pointer: undefined }));
  return fc.record({
    name: fc.constant(nameOf(route)),
    segment: fc.option(oddSegments, { nil: undefined, freq: 3 }),
    query: oddQueries,
    headers: oddHeaders,
    broken:
      route.method === 'GET' ? fc.constant(undefined) : fc.oneof({ weight: 7, arbitrary: brokenBodies(values) }, whole),
  });
}

function nameOf({ method, path }: DocumentedRoute): string {
  return `${method} ${path}`;
}

/** What a refused request did to the store, if that was more than it may. */
async function written(store: EventStore, before: StoreState, after: StoreState): Promise<string | undefined> {
  const [stream, ...others] = changedStreams(before, after);
  if (stream === undefined) return undefined;
  let last: StoredEvent | undefined;
  for await (const event of store.readStream(stream, { direction: 'backwards', maxCount: 1 })) last = event;
  // The one refusal that writes: a rollback of what never came is remembered. It moves nothing.
  const isTombstone = last?.type === 'RollbackTombstoned' && !('postings' in last.data) && !('balances' in last.data);
  if (isTombstone && others.length === 0 && after.events === before.events + 1) return undefined;
  return `refused, and it changed ${[stream, ...others].join()}`;
}

test(`${REQUESTS} broken requests: never a 5xx, never a changed ledger, always a problem that names the member`, async (t) => {
  const documented = await documentedCommand(t);
  const { command, routes, send, complaints } = documented;
  const { store } = command;
  // Postgres is away in this test, and readiness says so.
  const fuzzed = routes.filter(({ operation }) => !operation.tags.includes('process'));
  const byName = new Map(fuzzed.map((route) => [nameOf(route), route]));
  let player = await readyPlayer(command, 'fuzz-0@example.com');
  let sent = 0;
  /** As the last refusal left it. */
  let stood: StoreState | undefined;
  const answers = new Map<number, number>();
  const requests = fc.constantFrom(...fuzzed).chain((route) => requestsFor(route, player));
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      sent += 1;
      if (sent % REQUESTS_PER_PLAYER === 0) {
        player = await readyPlayer(command, `fuzz-${sent}@example.com`);
        stood = undefined;
      }
      const { name, segment, query, headers, broken } = request;
      const route = byName.get(name);
      if (route === undefined) throw new Error(`there is no ${name}`);
      const ids = { id: segment ?? player.playerId, session_id: player.sessionId };
      const path = pathOf(route.path, { ...ids, payment_id: segment ?? 'p', user_bonus_id: segment ?? 'b' }) + query;
      if (route.operation.security?.some(({ playerToken }) => playerToken !== undefined)) {
        player = { ...player, token: await freshToken(player) };
      }
      const before = stood ?? (await storeState(store));
      const answer = await send(
        { route, path, headers, ...(broken === undefined ? {} : { body: broken.bytes }) },
        player,
      );
      const told = `${route.method} ${path} ${broken?.bytes.toString().slice(0, 400)} → ${answer.status} ${answer.text}`;
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);

      if (answer.status >= 500) throw new Error(`a 5xx: ${told}`);
      const isRefused = answer.status >= 400;
      if (isRefused) {
        // Fast Track's own error body is closed: there is no room for a name in it.
        const isNative = isNativePath(route.path);
        const expected = isNative ? 'application/json' : 'application/problem+json';
        if (!answer.contentType.startsWith(expected)) throw new Error(`no ${expected}: ${told}`);
        stood = await storeState(store);
        const changed = await written(store, before, stood);
        if (changed !== undefined) throw new Error(`${changed}: ${told}`);
        const wrong = isNative ? undefined : misnamed(documented, route, broken, answer.text);
        if (wrong !== undefined) throw new Error(`${wrong}: ${told}`);
      } else {
        stood = undefined;
        if (broken !== undefined && !isTaken(documented, route, broken.bytes)) {
          throw new Error(`accepted, though its schema does not take it: ${told}`);
        }
      }
      // A path that leads elsewhere is answered by what is there.
      if (segment === undefined) {
        const undeclared = complaints(route, answer);
        if (undeclared.length > 0) throw new Error(`${undeclared.join('; ')}: ${told}`);
      }
    }),
    { numRuns: REQUESTS, endOnFailure: true, includeErrorInReport: true },
  );
  t.log(
    `answers by status: ${[...answers]
      .sort()
      .map(([status, count]) => `${status}: ${count}`)
      .join(', ')}`,
  );
  t.true((answers.get(400) ?? 0) > REQUESTS / 10);
  t.true([...answers].some(([status, count]) => status < 300 && count > 0));
});

async function flipped(
  t: ExecutionContext,
  flips: number,
  flip: (signature: string, body: Buffer, at: number) => [string, Buffer],
) {
  const command = await commandService(t);
  const player = await readyPlayer(command);
  const body = Buffer.from(JSON.stringify(betBody(player)));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign(PROVIDER_SECRET, { timestamp, method: 'POST', path: '/provider/v1/bet', body });
  const sendSigned = async (as: string, bytes: Buffer) => {
    const headers = { 'X-Provider-Id': 'mock', 'X-Timestamp': timestamp, 'X-Signature': as };
    return (await fetch(`${command.url}/provider/v1/bet`, { method: 'POST', headers, body: new Uint8Array(bytes) }))
      .status;
  };
  const before = await storeState(command.store);
  for (let at = 0; at < flips; at += 1) t.is(await sendSigned(...flip(signature, body, at)), 401, `bit ${at}`);
  t.deepEqual(await storeState(command.store), before);
  t.is(await sendSigned(signature, body), 200);
}

test('a signature with any one bit flipped does not pass, and the whole one does', (t) =>
  flipped(t, 256, (signature, body, at) => {
    const bytes = Buffer.from(signature, 'hex');
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
    return [bytes.toString('hex'), body];
  }));

test('a body with any one bit flipped is not what was signed', (t) =>
  flipped(t, heavy(1_200), (signature, body, at) => {
    const bytes = Buffer.from(body);
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
    return [signature, bytes];
  }));
