import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { externalIssuer, issuerVariable } from './external-issuer.js';
import { authenticateOperator, operatorAuth } from './operator-auth.js';
import { Problem } from './problem.js';

const ISSUER = 'https://login.example.com/';
const NOW_MS = Date.UTC(2026, 0, 2);
const NOW_S = NOW_MS / 1000;

type Claims = { readonly iss?: string; readonly aud?: string; readonly sub?: string; readonly exp?: number };

/** An issuer outside: its keys on a server, and tokens as it makes them. */
async function issuerOutside(t: ExecutionContext, status = 200) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  let fetched = 0;
  const server = createServer((_request, response) => {
    fetched += 1;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = externalIssuer({
    issuer: ISSUER,
    audience: 'croupier',
    jwks_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    algorithms: ['RS256'],
    clients: ['fast-track-outside'],
  });
  const auth = operatorAuth([], [], '33'.repeat(32), { issuer });
  const tokenOf = (claims: Claims = {}, kid = 'key-1', key = privateKey, alg = 'RS256') =>
    new SignJWT({ iss: ISSUER, aud: 'croupier', sub: 'fast-track-outside', exp: NOW_S + 60, ...claims })
      .setProtectedHeader({ alg, kid })
      .sign(key);
  const authenticate = (token: string) =>
    authenticateOperator(auth, { apiKey: '', authorization: `Bearer ${token}` }, NOW_MS);
  return { authenticate, tokenOf, jwk, fetched: () => fetched };
}

test('a token of the issuer for one of its clients is taken, and the keys are fetched once', async (t) => {
  const { authenticate, tokenOf, fetched } = await issuerOutside(t);
  for (let count = 0; count < 3; count += 1) t.is(await authenticate(await tokenOf()), 'fast-track-outside');
  t.is(fetched(), 1);
});

test('any other token gets the uniform 401', async (t) => {
  const { authenticate, tokenOf, jwk, fetched } = await issuerOutside(t);
  const { privateKey: stranger } = await generateKeyPair('RS256');
  const [head = '', body = ''] = (await tokenOf()).split('.');
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  // The public key taken for a shared secret.
  const confused = await new SignJWT({ iss: ISSUER, aud: 'croupier', sub: 'fast-track-outside', exp: NOW_S + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
    .sign(Buffer.from(JSON.stringify(jwk)));
  const tokens = {
    'of a stranger': await tokenOf({}, 'key-1', stranger),
    'of a key that is not there': await tokenOf({}, 'key-2', stranger),
    'for another audience': await tokenOf({ aud: 'elsewhere' }),
    'of another issuer': await tokenOf({ iss: 'https://elsewhere.example.com/' }),
    'of a client that we do not know': await tokenOf({ sub: 'somebody' }),
    expired: await tokenOf({ exp: NOW_S - 60 }),
    unsigned: `${none}.${body}.`,
    'without its signature': `${head}.${body}.`,
    confused,
  };
  for (const [what, token] of Object.entries(tokens)) {
    const problem = await t.throwsAsync(authenticate(token), { instanceOf: Problem }, what);
    t.is(problem.status, 401, what);
    t.is(problem.title, 'Authentication is required', what);
  }
  t.true(fetched() <= 2, 'invented key ids must not make us fetch each time');
});

test('while its keys cannot be read nobody is refused for good: 503', async (t) => {
  const { authenticate, tokenOf } = await issuerOutside(t, 500);
  const problem = await t.throwsAsync(authenticate(await tokenOf()), { instanceOf: Problem });
  t.is(problem.status, 503);
});

test('keys come over TLS, and no algorithm has a shared secret', (t) => {
  const settings = { issuer: ISSUER, audience: 'croupier', jwks_url: 'https://login.example.com/keys', clients: ['a'] };
  const isTaken = (change: object) => issuerVariable.safeParse(JSON.stringify({ ...settings, ...change })).success;
  t.true(isTaken({}));
  t.true(isTaken({ jwks_url: 'http://127.0.0.1:80/keys' }));
  for (const change of [
    { jwks_url: 'http://login.example.com/keys' },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { algorithms: [] },
    { clients: [] },
  ]) {
    t.false(isTaken(change), JSON.stringify(change));
  }
});
