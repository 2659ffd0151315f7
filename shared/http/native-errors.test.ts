import test from 'ava';
import { isNativePath, nativeError } from './native-errors.js';
import { malformed, Problem } from './problem.js';

test('the native family is known by its paths', (t) => {
  for (const path of ['/userdetails/1', '/userblocks/1', '/userconsents/1', '/bonus/credit', '/bonus/credit/funds']) {
    t.true(isNativePath(path), path);
  }
  for (const path of ['/bonus/list', '/reconciliation', '/authenticate']) t.true(isNativePath(path), path);
  for (const path of ['/', '/operator/bonus-credit', '/token', '/me/bonuses', '/bonuses', '/userdetailsx/1']) {
    t.false(isNativePath(path), path);
  }
});

test('an error there has two members, whatever the problem says besides', (t) => {
  t.deepEqual(nativeError(malformed([{ detail: 'must be a string', pointer: '/sid' }])), {
    ...{ error: 'invalid_request', code: 400 },
  });
  const blocked = new Problem(422, 'player_blocked', 'The player is blocked', { members: { reasons: ['fraud'] } });
  t.deepEqual(nativeError(blocked), { error: 'player_blocked', code: 422 });
});
