import { testProp } from '@fast-check/ava';
import test from 'ava';
import fc from 'fast-check';
import { player } from '../tests/stories.js';
import { BREAKER_LIMITS, type Breaker, createBreaker } from './breaker.js';

const { windowMs, fewMs } = BREAKER_LIMITS;
const unwell = { refused: false, retryAfterMs: undefined };
const refused = { refused: true, retryAfterMs: undefined };

/** Probes every 100 ms, or when Retry-After says so. */
const breakerOf = () => createBreaker((_attempt, retryAfterMs = 0) => Math.max(100, retryAfterMs));

function failAll(breaker: Breaker, count: number, at: number, failure = unwell) {
  return Array.from({ length: count }, (_, index) => breaker.failed(player(index + 1), at, failure));
}

/** The same player over and over, every 10 s. */
function failAlone(breaker: Breaker, from: number, to: number, failure = unwell): void {
  for (let at = from; at <= to; at += 10_000) breaker.failed(player(1), at, failure);
}

test('it opens with the failure of the fifth player, and not with those of four', (t) => {
  const breaker = breakerOf();
  t.deepEqual(failAll(breaker, 4, 0), [undefined, undefined, undefined, undefined]);
  t.is(breaker.failed(player(4), 1, unwell), undefined, 'the same four again');
  t.is(breaker.failed(player(5), 2, unwell), 'opened');
  t.is(breaker.failed(player(6), 3, unwell), undefined, 'it is open already');
});

test('it does not open within 10 s of a success, whoever fails', (t) => {
  const breaker = breakerOf();
  breaker.succeeded(1_000);
  failAll(breaker, 50, 1_000 + windowMs - 1);
  t.false(breaker.isOpen());
  t.is(breaker.failed(player(1), 1_000 + windowMs, unwell), 'opened');
});

test('failures of five players that lie further apart do not open it', (t) => {
  const breaker = breakerOf();
  for (let n = 1; n <= 5; n += 1) breaker.failed(player(n), n * (windowMs / 4), unwell);
  t.false(breaker.isOpen());
});

test('fewer players open it once all of them have failed for 30 s', (t) => {
  const breaker = breakerOf();
  failAlone(breaker, 0, fewMs - 1);
  t.false(breaker.isOpen());
  t.is(breaker.failed(player(2), fewMs, unwell), 'opened');
});

test('a failure long after the last one is the first of its kind', (t) => {
  const breaker = breakerOf();
  breaker.failed(player(1), 0, unwell);
  t.is(breaker.failed(player(1), 3_600_000, unwell), undefined);
});

test('refusals open it too, for nobody is taken', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 5, 0, refused);
  t.true(breaker.isOpen());
});

test('while open, one probe at a time starts, and not before its time', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 5, 0);
  t.is(breaker.nextProbeAt(), 100);
  t.false(breaker.admit(player(1), false, 99));
  t.true(breaker.admit(player(1), false, 100));
  t.is(breaker.nextProbeAt(), undefined);
  t.false(breaker.admit(player(2), false, 5_000), 'the first has not ended');
  breaker.failed(player(1), 5_000, { refused: false, retryAfterMs: 7_000 });
  breaker.ended(player(1));
  t.is(breaker.nextProbeAt(), 12_000, 'Retry-After is honoured');
  t.false(breaker.admit(player(2), false, 11_999));
  t.true(breaker.admit(player(2), false, 12_000));
  t.deepEqual(breaker.opening(), { since: 0, probes: 2 });
});

test('a request that was under way when it opened moves no probe', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 5, 0);
  breaker.failed(player(9), 50, { refused: false, retryAfterMs: 20_000 });
  t.is(breaker.nextProbeAt(), 100);
});

test('a probe that ended without a request leaves its turn to the next', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 5, 0);
  t.true(breaker.admit(player(1), false, 100));
  breaker.ended(player(1));
  t.true(breaker.admit(player(2), false, 100));
});

test('players who fail alone do not keep newcomers waiting, until five have failed', (t) => {
  const breaker = breakerOf();
  failAlone(breaker, 0, fewMs);
  t.true(breaker.isOpen());
  const newcomers = [10, 11, 12, 13, 14].map((n) => breaker.admit(player(n), true, fewMs + 1));
  t.deepEqual(newcomers, [true, true, true, true, false]);
  breaker.failed(player(10), fewMs + 2, unwell);
  breaker.ended(player(10));
  t.false(breaker.admit(player(14), true, fewMs + 3), 'one more is known to fail, and three are being tried');
});

test('players whose own messages are refused never keep newcomers waiting', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 50, 0, refused);
  t.true(breaker.isOpen());
  t.true(breaker.admit(player(99), true, 1));
  t.is(breaker.succeeded(2), 'closed');
});

test('a success closes it, and all begins anew', (t) => {
  const breaker = breakerOf();
  failAll(breaker, 5, 0);
  t.is(breaker.succeeded(50), 'closed');
  t.true(breaker.admit(player(1), false, 50));
  t.true(breaker.admit(player(2), false, 50));
  failAll(breaker, 4, windowMs + 50);
  t.false(breaker.isOpen());
});

type Step = {
  readonly who: number;
  readonly afterMs: number;
  readonly kind: 'start' | 'succeed' | 'fail' | 'refuse' | 'end';
};

const step = fc.record<Step>({
  who: fc.integer({ min: 1, max: 8 }),
  afterMs: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20_000 })),
  kind: fc.constantFrom('start', 'succeed', 'fail', 'refuse', 'end', 'fail', 'fail'),
});

testProp(
  'it never opens while anyone succeeds, always closes with a success, and admits one probe at a time',
  [fc.array(step, { maxLength: 200 })],
  (t, steps) => {
    const breaker = breakerOf();
    t.false(breaker.isOpen());
    const probing = new Set<number>();
    let at = 0;
    let succeededAt = Number.NEGATIVE_INFINITY;
    for (const { who, afterMs, kind } of steps) {
      at += afterMs;
      if (kind === 'start' && !probing.has(who)) {
        const wasOpen = breaker.isOpen();
        if (breaker.admit(player(who), false, at) && wasOpen) probing.add(who);
        if (wasOpen) t.true(probing.size <= 1);
      }
      if (kind === 'fail' || kind === 'refuse') {
        const opened = breaker.failed(player(who), at, kind === 'fail' ? unwell : refused);
        if (opened === 'opened') t.true(at - succeededAt >= windowMs);
      }
      if (kind === 'succeed') {
        breaker.succeeded(at);
        succeededAt = at;
        probing.clear();
        t.false(breaker.isOpen());
        t.true(breaker.admit(player(who), false, at));
      }
      if (kind === 'end') {
        breaker.ended(player(who));
        probing.delete(who);
      }
    }
  },
);
