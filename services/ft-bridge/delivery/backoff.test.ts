import test from 'ava';
import { createBackoff, retryAfterMs } from './backoff.js';

const atMost = createBackoff({ baseMs: 250, capMs: 30_000, random: () => 1 });

test('the ceiling doubles with each failure up to the cap, for ever', (t) => {
  t.deepEqual(
    [1, 2, 3, 7, 8, 9, 5_000].map((attempt) => atMost(attempt)),
    [250, 500, 1_000, 16_000, 30_000, 30_000, 30_000],
  );
});

test('the wait is anywhere below the ceiling', (t) => {
  t.is(createBackoff({ baseMs: 250, capMs: 30_000, random: () => 0 })(9), 0);
  t.is(createBackoff({ baseMs: 250, capMs: 30_000, random: () => 0.5 })(1), 125);
});

test('Retry-After is a floor, up to the cap', (t) => {
  t.is(atMost(1, 5_000), 5_000);
  t.is(atMost(3, 200), 1_000);
  t.is(atMost(1, 999_000), 30_000);
});

test('Retry-After is read as seconds or as a date, and ignored when it is neither', (t) => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  t.is(retryAfterMs('7', now), 7_000);
  t.is(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now), 9_000);
  t.is(retryAfterMs('Wed, 31 Dec 2025 23:59:59 GMT', now), 0);
  for (const header of ['', 'soon', '-1.5e', undefined]) t.is(retryAfterMs(header, now), undefined);
});
