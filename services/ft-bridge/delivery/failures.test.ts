import test from 'ava';
import { isPersonal } from '../fast-track/ft-message.js';
import { failureOf } from './failures.js';

const REQUEST = { part: 0, durationMs: 1 };
const refusal = (text: string) => ({ kind: 'answered', status: 400, retryAfterMs: undefined, text }) as const;

test('what Fast Track said of a refusal is kept, on one line and not without end', (t) => {
  const { error } = failureOf(refusal('{\n  "error": "bonus_id"\u0000\n}\n'), REQUEST, { mayQuote: true });
  t.is(error, 'Fast Track answered 400: { "error": "bonus_id" }');
  t.is(failureOf(refusal('x'.repeat(1_000)), REQUEST, { mayQuote: true }).error.length, 326);
  t.is(failureOf(refusal(' \n'), REQUEST, { mayQuote: true }).error, 'Fast Track answered 400');
});

test('what may quote a person’s address is not kept', (t) => {
  const { error } = failureOf(refusal('ip_address 203.0.113.5 is wrong'), REQUEST, { mayQuote: false });
  t.is(error, 'Fast Track answered 400');
  const message = { method: 'POST', path: '/v2/integration/user' } as const;
  t.true(isPersonal({ ...message, body: { user_id: '1', ip_address: '203.0.113.5' } }));
  t.false(isPersonal({ ...message, body: { user_id: '1' } }));
});
