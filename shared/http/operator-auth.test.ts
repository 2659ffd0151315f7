import { createHash } from 'node:crypto';
import test from 'ava';
import { authenticateOperator, grantOperatorToken, OPERATOR_TOKEN_TTL_S, operatorAuth } from './operator-auth.js';
import { issuePlayerToken, playerTokenKey } from './player-token.js';
import { Problem } from './problem.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const TOKEN_KEY = '33'.repeat(32);
const KEYS = [
  { id: 'fast-track', sha256: sha256('old key') },
  { id: 'fast-track', sha256: sha256('new key') },
];
const CLIENTS = [
  { id: 'client-1', sha256: sha256('secret-1') },
  { id: 'client-2', sha256: sha256('secret-2') },
];
const AUTH = operatorAuth(KEYS, CLIENTS, TOKEN_KEY);
const NOW_MS = Date.UTC(2026, 0, 2);

test('both keys of a rotation are taken', async (t) => {
  for (const apiKey of ['old key', 'new key']) {
    t.is(await authenticateOperator(AUTH, { apiKey, authorization: '' }, NOW_MS), 'fast-track');
  }
});

test('a client exchanges its secret for a token, and the token is taken', async (t) => {
  const answer = await grantOperatorToken(AUTH, 'client-1', 'secret-1', NOW_MS);
  t.is(answer.token_type, 'Bearer');
  t.is(answer.expires_in, OPERATOR_TOKEN_TTL_S);
  const authorization = `Bearer ${answer.access_token}`;
  t.is(await authenticateOperator(AUTH, { apiKey: '', authorization }, NOW_MS), 'client-1');
});

test('what is no credential gets the uniform 401', async (t) => {
  const { access_token } = await grantOperatorToken(AUTH, 'client-1', 'secret-1', NOW_MS);
  const withoutTheClient = operatorAuth(KEYS, CLIENTS.slice(1), TOKEN_KEY);
  const later = NOW_MS + (OPERATOR_TOKEN_TTL_S + 1) * 1000;
  const player = { playerId: '1' as never, loginId: 'x', passwordRevision: 0 };
  const playerToken = await issuePlayerToken(playerTokenKey(TOKEN_KEY), player, NOW_MS);
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => authenticateOperator(AUTH, { apiKey: '', authorization: '' }, NOW_MS),
    () => authenticateOperator(AUTH, { apiKey: 'wrong', authorization: `Bearer ${access_token}` }, NOW_MS),
    () => authenticateOperator(AUTH, { apiKey: '', authorization: 'Bearer nonsense' }, NOW_MS),
    () => authenticateOperator(AUTH, { apiKey: '', authorization: `Bearer ${playerToken}` }, NOW_MS),
    () => authenticateOperator(AUTH, { apiKey: '', authorization: `Bearer ${access_token}` }, later),
    () => authenticateOperator(withoutTheClient, { apiKey: '', authorization: `Bearer ${access_token}` }, NOW_MS),
    () => grantOperatorToken(AUTH, 'client-1', 'secret-2', NOW_MS),
    () => grantOperatorToken(AUTH, 'nobody', 'secret-1', NOW_MS),
  ];
  for (const attempt of attempts) {
    const problem = await t.throwsAsync(attempt, { instanceOf: Problem });
    t.is(problem.status, 401);
    t.is(problem.title, 'Authentication is required');
  }
});

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const by = (auth: typeof AUTH, authorization: string) =>
  authenticateOperator(auth, { apiKey: '', authorization }, NOW_MS);

test('Basic names a key or a client with its own secret, not with that of another', async (t) => {
  t.is(await by(AUTH, basic('fast-track', 'old key')), 'fast-track');
  t.is(await by(AUTH, basic('fast-track', 'new key')), 'fast-track');
  t.is(await by(AUTH, basic('client-1', 'secret-1')), 'client-1');
  const wrong = [basic('client-1', 'secret-2'), basic('', 'old key'), basic('fast-track', ''), 'Basic', 'Basic !!'];
  for (const authorization of [...wrong, `Basic ${Buffer.from('fast-track').toString('base64')}`]) {
    const problem = await t.throwsAsync(by(AUTH, authorization), { instanceOf: Problem });
    t.is(problem.status, 401, authorization);
  }
});

test('who guesses is told to wait; the right secret of that very name is taken meanwhile', async (t) => {
  const clock = { now: NOW_MS };
  const auth = operatorAuth(KEYS, CLIENTS, TOKEN_KEY, { nowMs: () => clock.now });
  const guess = async (attempt: () => Promise<unknown>) =>
    (await t.throwsAsync(attempt, { instanceOf: Problem })) ?? t.fail();
  const statuses = [];
  for (let count = 0; count < 21; count += 1) {
    statuses.push((await guess(() => by(auth, basic('client-1', `guess-${count}`)))).status);
  }
  t.deepEqual(statuses, [...Array(20).fill(401), 429]);
  // One name, whichever way it is tried.
  const refused = await guess(() => grantOperatorToken(auth, 'client-1', 'guess', clock.now));
  t.is(refused.status, 429);
  t.is(refused.headers['Retry-After'], '60');
  t.is(await by(auth, basic('client-1', 'secret-1')), 'client-1');
  t.is((await grantOperatorToken(auth, 'client-1', 'secret-1', clock.now)).token_type, 'Bearer');
  t.is((await guess(() => by(auth, basic('client-2', 'guess')))).status, 401);
  clock.now += 60_000;
  t.is((await guess(() => by(auth, basic('client-1', 'guess')))).status, 401);
});
