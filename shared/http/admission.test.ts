import test from 'ava';
import type { Context } from 'koa';
import { createAdmission } from './admission.js';
import { Problem } from './problem.js';

function request(remoteAddress = '198.51.100.1', forwarded?: string) {
  const headers = new Map<string, string>();
  const ctx = {
    req: { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } },
    set: (name: string, value: string) => headers.set(name, value),
  } as unknown as Context;
  return { ctx, headers };
}

test('who has no policy is let in, and told nothing of limits', (t) => {
  const { admit } = createAdmission({ policies: { other: { requests_per_minute: 1 } }, nowMs: () => 0 });
  const { ctx, headers } = request();
  for (let count = 0; count < 10; count += 1) admit(ctx, 'fast-track', 'bonuses:write');
  t.is(headers.size, 0);
});

test('a caller is refused what is beyond its scopes', (t) => {
  const { admit } = createAdmission({ policies: { reader: { scopes: ['players:read'] } }, nowMs: () => 0 });
  admit(request().ctx, 'reader', 'players:read');
  const refused = t.throws(() => admit(request().ctx, 'reader', 'bonuses:write'), { instanceOf: Problem });
  t.is(refused.status, 403);
  t.is(refused.code, 'forbidden');
});

test('from another place a right key gets the uniform 401', (t) => {
  const policies = { 'fast-track': { addresses: ['192.0.2.0/24'] } };
  const { admit } = createAdmission({ policies, trustedProxies: ['10.0.0.1'], nowMs: () => 0 });
  admit(request('192.0.2.7').ctx, 'fast-track', 'players:read');
  admit(request('10.0.0.1', '192.0.2.7').ctx, 'fast-track', 'players:read');
  for (const { ctx } of [
    request('198.51.100.1'),
    request('198.51.100.1', '192.0.2.7'),
    request('10.0.0.1', '8.8.8.8'),
  ]) {
    const refused = t.throws(() => admit(ctx, 'fast-track', 'players:read'), { instanceOf: Problem });
    t.is(refused.status, 401);
    t.is(refused.title, 'Authentication is required');
  }
});

test('above its rate a caller is told how long to wait; another is not', (t) => {
  const clock = { now: 5_000 };
  const policies = { slow: { requests_per_minute: 2 }, fast: { requests_per_minute: 100 } };
  const { admit } = createAdmission({ policies, nowMs: () => clock.now });
  const { ctx, headers } = request();
  admit(ctx, 'slow', 'players:read');
  t.is(headers.get('RateLimit-Policy'), '"minute";q=2;w=60');
  t.is(headers.get('RateLimit'), '"minute";r=1;t=60');
  clock.now += 10_000;
  admit(ctx, 'slow', 'players:read');
  t.is(headers.get('RateLimit'), '"minute";r=0;t=50');
  const refused = t.throws(() => admit(ctx, 'slow', 'players:read'), { instanceOf: Problem });
  t.is(refused.status, 429);
  t.is(refused.headers['Retry-After'], '50');
  admit(request().ctx, 'fast', 'players:read');
  clock.now += 50_000;
  admit(ctx, 'slow', 'players:read');
  t.is(headers.get('RateLimit'), '"minute";r=1;t=60');
});
