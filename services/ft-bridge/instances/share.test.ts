import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { PARTITIONS } from '../../../shared/bus/messages.js';
import { shareOf } from './share.js';

const count = (size: number) => Array.from({ length: size }, (_, at) => at);

test('who is alone takes everything at once', (t) => {
  t.deepEqual(shareOf([], 1, 256), { take: 256, release: [] });
});

test('two who start at once leave each other half', (t) => {
  t.deepEqual(shareOf([], 2, 256), { take: 128, release: [] });
});

test('who has more than a fair share gives up what is beyond it, and who has less takes no more than is free', (t) => {
  t.deepEqual(shareOf(count(128), 3, 0).release, count(128).slice(86));
  t.deepEqual(shareOf([], 3, 84), { take: 84, release: [] });
});

testProp('fair shares have room for all, and barely more', [fc.integer({ min: 1, max: 400 })], (t, n) => {
  const fair = shareOf([], n, PARTITIONS).take;
  t.true(fair * n >= PARTITIONS);
  t.true((fair - 1) * n < PARTITIONS);
});

testProp(
  'nobody takes and releases at once',
  [fc.integer({ min: 0, max: 256 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 256 })],
  (t, held, instances, free) => {
    const { take, release } = shareOf(count(held), instances, free);
    t.true(take === 0 || release.length === 0);
    t.true(take <= free);
  },
);
