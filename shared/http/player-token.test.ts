import test from 'ava';
import { SignJWT } from 'jose';
import type { PlayerId } from '../ids/ids.js';
import {
  bearerTokenOf,
  issuePlayerToken,
  PLAYER_TOKEN_TTL_S,
  playerTokenKey,
  verifyPlayerToken,
} from './player-token.js';
import { Problem } from './problem.js';

const KEY = playerTokenKey('11'.repeat(32));
const LOGIN = { playerId: '12345' as PlayerId, loginId: 'login-1', passwordRevision: 2 };
const NOW_MS = Date.UTC(2026, 0, 2);

test('a token says which player and which login it was issued for', async (t) => {
  t.deepEqual(await verifyPlayerToken(KEY, await issuePlayerToken(KEY, LOGIN, NOW_MS), NOW_MS), LOGIN);
});

test('a token of before there were password revisions is by the first password', async (t) => {
  const token = await build().setIssuer('croupier').setAudience('player').setSubject('12345').sign(KEY.secret);
  t.deepEqual(await verifyPlayerToken(KEY, token, NOW_MS), { ...LOGIN, passwordRevision: 0 });
});

test('a token is refused once it has expired', async (t) => {
  const token = await issuePlayerToken(KEY, LOGIN, NOW_MS);
  await t.notThrowsAsync(verifyPlayerToken(KEY, token, NOW_MS + PLAYER_TOKEN_TTL_S * 1000 - 1));
  await t.throwsAsync(verifyPlayerToken(KEY, token, NOW_MS + PLAYER_TOKEN_TTL_S * 1000 + 1000), {
    instanceOf: Problem,
  });
});

const build = () =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(NOW_MS / 1000 + 60)
    .setJti('login-1');

const foreign: readonly { readonly what: string; token(): Promise<string> | string }[] = [
  { what: 'of another key', token: () => issuePlayerToken(playerTokenKey('22'.repeat(32)), LOGIN, NOW_MS) },
  {
    what: 'of another audience',
    token: () => build().setIssuer('croupier').setAudience('operator').setSubject('12345').sign(KEY.secret),
  },
  {
    what: 'of another issuer',
    token: () => build().setIssuer('else').setAudience('player').setSubject('12345').sign(KEY.secret),
  },
  { what: 'without a player', token: () => build().setIssuer('croupier').setAudience('player').sign(KEY.secret) },
  {
    what: 'whose subject is no player id',
    token: () => build().setIssuer('croupier').setAudience('player').setSubject('0').sign(KEY.secret),
  },
  {
    what: 'whose password is no revision',
    token: () =>
      new SignJWT({ pwr: '2' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(NOW_MS / 1000 + 60)
        .setIssuer('croupier')
        .setAudience('player')
        .setSubject('12345')
        .setJti('login-1')
        .sign(KEY.secret),
  },
  {
    what: 'without a signature',
    token: () =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"12345"}').toString('base64url')}.`,
  },
  { what: 'that is no token', token: () => 'nonsense' },
];

for (const { what, token } of foreign) {
  test(`a token ${what} is refused with the uniform 401`, async (t) => {
    const problem = await t.throwsAsync(verifyPlayerToken(KEY, await token(), NOW_MS), { instanceOf: Problem });
    t.is(problem.status, 401);
    t.is(problem.code, 'unauthorized');
  });
}

test('only the bearer scheme is taken', (t) => {
  t.is(bearerTokenOf('Bearer a.b-c_d'), 'a.b-c_d');
  for (const header of ['', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b']) t.throws(() => bearerTokenOf(header));
});

test('a key that is short or no hexadecimal is refused', (t) => {
  t.throws(() => playerTokenKey('11'.repeat(31)));
  t.throws(() => playerTokenKey('zz'.repeat(32)));
});
