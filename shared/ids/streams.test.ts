import test from 'ava';
import { bonusAccount, cashAccount, payoutsAccount, pspAccount, wagersAccount, withdrawalAccount } from './accounts.js';
import type { PlayerId } from './ids.js';
import { emailStream, playerIdOf, playerStream, profileStream } from './streams.js';

const ID = '12345' as PlayerId;

test('streams and accounts are named as auditors know them', (t) => {
  t.deepEqual([playerStream(ID), profileStream(ID), emailStream('ab')], ['player-12345', 'profile-12345', 'email-ab']);
  t.deepEqual(
    [
      cashAccount(ID),
      bonusAccount(ID),
      withdrawalAccount(ID),
      pspAccount('fake'),
      wagersAccount('mock'),
      payoutsAccount('mock'),
    ],
    [
      'player:12345:cash',
      'player:12345:bonus',
      'player:12345:withdrawal',
      'psp:fake',
      'house:wagers:mock',
      'house:payouts:mock',
    ],
  );
});

test('a player or profile stream names its player', (t) => {
  t.is(playerIdOf(playerStream(ID)), ID);
  t.is(playerIdOf(profileStream(ID)), ID);
});

test('any other stream names no player', (t) => {
  for (const stream of [
    '',
    '12345',
    'player',
    'player-',
    'player-0',
    'player--1',
    'player-1-2',
    'email-12345',
    'x-player-1',
  ]) {
    t.throws(() => playerIdOf(stream), { message: `stream ${stream} names no player` });
  }
});
