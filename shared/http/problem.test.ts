import test from 'ava';
import { malformed, Problem, unauthorized, unavailable } from './problem.js';

test('a problem is written as RFC 9457 has it, with a stable code', (t) => {
  const problem = new Problem(422, 'insufficient_funds', 'Not enough', { detail: 'x', members: { balance: null } });
  t.is(
    problem.body(),
    '{"type":"urn:croupier:problem:insufficient_funds","title":"Not enough","status":422,"code":"insufficient_funds","detail":"x","balance":null}',
  );
  t.is(problem.message, 'x');
});

test('a detail that was not given is not there', (t) => {
  t.deepEqual(Object.keys(JSON.parse(new Problem(404, 'not_found', 'No').body())), ['type', 'title', 'status', 'code']);
});

test('the usual problems have their status and code', (t) => {
  const errors = [{ detail: 'd', pointer: '/p' }];
  t.like(JSON.parse(malformed(errors).body()), { status: 400, code: 'malformed', errors });
  t.like(JSON.parse(unauthorized().body()), { status: 401, code: 'unauthorized' });
  const cause = new Error('why');
  const outage = unavailable(cause);
  t.like(JSON.parse(outage.body()), { status: 503, code: 'unavailable' });
  t.is(outage.headers['Retry-After'], '1');
  t.is(outage.cause, cause);
  t.false(outage.body().includes('why'));
});
