import test from 'ava';
import fc from 'fast-check';
import { goodBytes } from '../../../shared/http/testing/broken-bodies.js';
import { documentFlaws } from '../../../shared/http/testing/document-flaws.js';
import type { DocumentedRoute } from '../../../shared/http/testing/documented.js';
import { type Known, valuesOf } from '../../../shared/http/testing/schema-values.js';
import { storeState } from '../../../shared/testing/store-state.js';
import { betBody, PERSON, type ReadyPlayer, readyPlayer } from './command-client.js';
import { type DocumentedCommand, documentedCommand, knownOf, pathOf, SCHEMES, schemeOf } from './documented-client.js';

const EMAIL = (number: number) => `walker-${number}@example.com`;
/** Requests are drawn from a route's schema until one is accepted, at most so many. */
const DRAWS = 30;

/** A player to whom everything can be done: money, a session, a bet, a bonus, an open deposit and an open withdrawal. */
async function walker({ command }: DocumentedCommand, number: number) {
  const email = EMAIL(number);
  const player = await readyPlayer(command, email);
  const pay = { amount: '5.00', currency: 'EUR', psp: 'fake' };
  const deposit = await command.asPlayer(player.token, '/me/deposits', pay);
  const withdrawal = await command.asPlayer(player.token, '/me/withdrawals', pay);
  const bonus = await command.backoffice(`/backoffice/players/${player.playerId}/bonuses`, {
    bonus_id: 'welcome_bonus_50',
    amount: '50.00',
  });
  await command.provider('bet', betBody(player, { amount: '1.00' }));
  const ids = {
    ...{ id: player.playerId, session_id: player.sessionId },
    payment_id: String(withdrawal.body.payment_id),
    user_bonus_id: String(bonus.body.user_bonus_id),
  };
  const known: Known = {
    ...knownOf(player),
    ...{ email: [email], password: [PERSON.password], payment_id: [String(deposit.body.payment_id)] },
    transaction_id: ['t-1', 't-2', 't-3', 't-4', 't-5', 't-6', 't-7', 't-8'],
    ...{ reference_transaction_id: ['t-1'], round_id: ['r-1'], amount: ['1.00'] },
  };
  return { player, ids, known };
}

/** Fields whose names mean other things in other bodies. */
function knownFor({ path }: DocumentedRoute, known: Known, number: number): Known {
  if (path === '/me/consents') return {};
  if (path === '/me/password') return { current_password: [PERSON.password] };
  if (path === '/bonus/credit/funds') return { ...known, amount: ['50.00'] };
  if (path === '/players') return { ...known, email: [`new-${number}@example.com`], country: ['SE'] };
  return known;
}

function queryOf({ operation }: DocumentedRoute): readonly string[] {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return [
    '',
    ...parameters.flatMap(({ name, schema }) =>
      (Array.isArray(schema.enum) ? schema.enum : fc.sample(valuesOf(schema), 2)).map((value) => `?${name}=${value}`),
    ),
  ];
}

function bodiesOf({ operation }: DocumentedRoute, known: Known): readonly (Buffer | undefined)[] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema === undefined ? [undefined] : fc.sample(valuesOf(schema, known), DRAWS).map(goodBytes);
}

test('every route of command answers what its document says, and each can be asked so that it accepts', async (t) => {
  const documented = await documentedCommand(t);
  const unaccepted: string[] = [];
  for (const [number, route] of documented.routes.entries()) {
    const name = `${route.method} ${route.path}`;
    const { player, ids, known } = await walker(documented, number);
    const path = pathOf(route.path, ids);
    let accepted = false;
    const look = async (request: { path?: string; body?: Buffer | undefined }, as: ReadyPlayer = player) => {
      const { body } = request;
      const answer = await documented.send(
        { route, path: request.path ?? path, ...(body === undefined ? {} : { body }) },
        as,
      );
      t.deepEqual(documented.complaints(route, answer), [], name);
      accepted ||= answer.status < 300;
    };
    // Nobody, then nonsense, then somebody who does not exist, and only then what is meant.
    await look({ body: Buffer.from('{}') }, { ...player, token: 'a.b.c' });
    await look({ body: Buffer.from('{"') });
    if (ids.id !== undefined) await look({ path: pathOf(route.path, { ...ids, id: '777' }) });
    for (const query of queryOf(route)) {
      for (const body of bodiesOf(route, knownFor(route, known, number))) {
        await look({ path: path + query, body });
        if (accepted) break;
      }
    }
    // Postgres is away in this test, and says so.
    if (!accepted && name !== 'GET /health/ready') unaccepted.push(name);
  }
  t.deepEqual(unaccepted, []);
  t.true(documented.routes.length > 20);
});

test('no caller’s credentials open the routes of another, and nobody’s open any', async (t) => {
  const documented = await documentedCommand(t);
  const player = await readyPlayer(documented.command);
  const ids = { id: player.playerId, session_id: player.sessionId, payment_id: 'p', user_bonus_id: 'b' };
  const before = await storeState(documented.command.store);
  let asked = 0;
  for (const route of documented.routes) {
    const own = schemeOf(route);
    if (own === undefined) continue;
    for (const other of [...SCHEMES.filter((scheme) => scheme !== own), 'none' as const]) {
      const request = { route, path: pathOf(route.path, ids), body: Buffer.from(JSON.stringify(betBody(player))) };
      const answer =
        other === 'none'
          ? await documented.send(
              { ...request, route: { ...route, operation: { ...route.operation, security: [] } } },
              player,
            )
          : await documented.send(request, player, other);
      t.is(answer.status, 401, `${route.method} ${route.path} as ${other}`);
      t.deepEqual(documented.complaints(route, answer), []);
      asked += 1;
    }
  }
  t.true(asked > 100);
  t.deepEqual(await storeState(documented.command.store), before);
});

test('who has nothing is forgotten as the document says', async (t) => {
  const documented = await documentedCommand(t);
  const { body } = await documented.command.send('/players', { body: PERSON });
  const player = { playerId: String(body.player_id), token: String(body.token), sessionId: '' };
  const route = documented.routes.find(({ path }) => path.endsWith('/forget'));
  if (route === undefined) throw new Error('there is no such route');
  for (const query of ['?dry_run=true', '', '']) {
    const answer = await documented.send({ route, path: pathOf(route.path, { id: player.playerId }) + query }, player);
    t.is(answer.status, 200);
    t.deepEqual(documented.complaints(route, answer), []);
  }
});

test('the document of command is OpenAPI 3.1, and no route is missing in it', async (t) => {
  const { document } = await documentedCommand(t);
  t.deepEqual(documentFlaws(document), []);
});

test('the page for people has every route, no script, and a policy that allows none', async (t) => {
  const { command, routes } = await documentedCommand(t);
  const response = await fetch(`${command.url}/docs`);
  const page = await response.text();
  t.regex(response.headers.get('Content-Security-Policy') ?? '', /^default-src 'none'; style-src 'sha256-/);
  t.false(page.includes('<script'));
  for (const { method, path } of routes) t.true(page.includes(`<code>${method} ${path}</code>`), path);
});
