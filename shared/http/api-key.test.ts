import { createHash } from 'node:crypto';
import test from 'ava';
import { holderOf } from './api-key.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HOLDERS = [
  { id: 'fast-track', sha256: sha256('old key') },
  { id: 'fast-track', sha256: sha256('new key') },
  { id: 'back-office', sha256: sha256('other key') },
];

test('a key tells its holder, both keys of a rotation the same one', (t) => {
  t.is(holderOf(HOLDERS, 'old key'), 'fast-track');
  t.is(holderOf(HOLDERS, 'new key'), 'fast-track');
  t.is(holderOf(HOLDERS, 'other key'), 'back-office');
});

test('what is nobody’s key has no holder, not even a hash that is configured', (t) => {
  for (const key of ['', ' ', 'Old key', 'old key ', 'old', sha256('old key'), '\0', 'x'.repeat(100_000)]) {
    t.is(holderOf(HOLDERS, key), undefined);
  }
  t.is(holderOf([], 'old key'), undefined);
});

test('no key is no key, even when the hash of nothing was configured by a slip', (t) => {
  t.is(holderOf([{ id: 'slip', sha256: sha256('') }], ''), undefined);
});
