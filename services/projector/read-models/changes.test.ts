import test from 'ava';
import { EMPTY_HEAD, type Head, seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION, type PlayerEventType } from '../../../shared/events/player-events.js';
import { PROFILE_SCHEMA_VERSION, type ProfileEvent } from '../../../shared/events/profile-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { passwordChanged, playerForgotten, playerLife } from '../../../shared/testing/player-life.js';
import { changesOf } from './changes.js';
import { type Fact, readFact } from './fact.js';
import type { Change, Operation, Rows } from './rows.js';

const JANE = '12345' as PlayerId;
const AT = '2026-01-02T12:00:00.000Z';

const FACTS: readonly Fact[] = (() => {
  const heads = new Map<string, Head>();
  return [...playerLife(JANE), passwordChanged(JANE), playerForgotten(JANE)].map(({ stream, draft }, index) => {
    const { events, head } = seal(stream, heads.get(stream) ?? EMPTY_HEAD, [draft], {
      schemaVersion: stream.startsWith('player-') ? PLAYER_SCHEMA_VERSION : PROFILE_SCHEMA_VERSION,
      occurredAt: AT,
      recordedAt: '2026-01-02T12:00:00.500Z',
      correlationId: 'correlation-1',
      causationId: 'causation-1',
      actor: 'system:test',
    });
    heads.set(stream, head);
    return readFact({
      ...(events[0] as (typeof events)[number]),
      stream,
      revision: head.revision,
      position: BigInt(index),
    });
  });
})();

const MONEY: readonly Operation[] = ['setBalances', 'post', 'post'];
const PLAYED: readonly Operation[] = ['moveGameSession', 'moveRound'];
const TRACES: readonly Operation[] = ['addEvent', 'setHead'];

/** What each event type changes; every type has at least its traces. */
const OPERATIONS: { readonly [T in PlayerEventType | ProfileEvent['type']]: readonly Operation[] } = {
  ProfileCreated: ['addProfile'],
  ProfileChanged: ['changeProfile'],
  PlayerRegistered: ['addPlayer', 'setConsents', 'setBalances', ...TRACES],
  PlayerLoggedIn: ['seeLogin', ...TRACES],
  PlayerLoggedOut: ['revokeLogin', ...TRACES],
  ConsentsChanged: ['setConsents', ...TRACES],
  PlayerDetailsChanged: ['markDetails', ...TRACES],
  PlayerPasswordChanged: ['markPassword', ...TRACES],
  BlockPlaced: ['setBlock', ...TRACES],
  BlockLifted: ['setBlock', ...TRACES],
  LimitChanged: ['setLimit', 'setPendingLimit', ...TRACES],
  LimitIncreaseRequested: ['setPendingLimit', ...TRACES],
  PlayerForgotten: ['forgetPlayer', ...TRACES],
  DepositRequested: ['addPayment', 'addTransaction', ...TRACES],
  DepositCompleted: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  DepositFailed: ['movePayment', 'addTransaction', ...TRACES],
  DepositReversed: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  WithdrawalRequested: [...MONEY, 'addPayment', 'addTransaction', ...TRACES],
  WithdrawalApproved: ['movePayment', 'addTransaction', ...TRACES],
  WithdrawalRejected: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  WithdrawalCancelled: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  WithdrawalCompleted: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  WithdrawalFailed: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  WithdrawalReversed: [...MONEY, 'movePayment', 'addTransaction', ...TRACES],
  GameSessionStarted: ['startGameSession', ...TRACES],
  GameSessionEnded: ['moveGameSession', ...TRACES],
  BetPlaced: [...MONEY, 'addTransaction', ...PLAYED, ...TRACES],
  WinCredited: [...MONEY, 'addTransaction', ...PLAYED, ...TRACES],
  RoundPlayed: [...MONEY, 'addTransaction', 'addTransaction', ...PLAYED, ...TRACES],
  TransactionRolledBack: [...MONEY, 'addTransaction', ...PLAYED, ...TRACES],
  RollbackTombstoned: ['addTransaction', ...TRACES],
  BonusQueued: ['openBonus', 'addTransaction', ...TRACES],
  BonusGranted: [...MONEY, 'openBonus', 'addTransaction', ...TRACES],
  BonusWageringProgressed: ['moveBonus', ...TRACES],
  BonusCompleted: [...MONEY, 'moveBonus', 'addTransaction', ...TRACES],
  BonusCancelled: [...MONEY, 'moveBonus', 'addTransaction', ...TRACES],
};

for (const [type, operations] of Object.entries(OPERATIONS)) {
  test(`${type} changes what it is about`, (t) => {
    const facts = FACTS.filter(({ event }) => event.type === type);
    t.true(facts.length > 0);
    for (const fact of facts) {
      t.deepEqual(
        changesOf(fact).map(({ op }) => op),
        operations,
      );
    }
  });
}

function rowsOf<O extends Operation>(type: string, op: O): readonly Rows[O][] {
  const changes: readonly Change[] = FACTS.filter(({ event }) => event.type === type).flatMap(changesOf);
  return changes.flatMap((change) => (change.op === op ? [change.row as Rows[O]] : []));
}

test('money is posted on the side it moves to, amounts untouched', (t) => {
  t.deepEqual(rowsOf('DepositCompleted', 'post'), [
    { account: 'psp:fake', currency: 'EUR', debit: '100.00', credit: '0' },
    { account: `player:${JANE}:cash`, currency: 'EUR', debit: '0', credit: '100.00' },
  ]);
});

test('a play is two transactions of one event', (t) => {
  t.like(rowsOf('RoundPlayed', 'addTransaction'), [
    { part: 0, kind: 'bet', reference: `${JANE}-t-7`, related_reference: null, amount: '10.00' },
    { part: 1, kind: 'win', reference: `${JANE}-t-8`, related_reference: `${JANE}-t-7`, amount: '0.00' },
  ]);
});

test('what happened is dated when it happened, the timeline when it was recorded', (t) => {
  t.is(rowsOf('PlayerRegistered', 'addPlayer')[0]?.registered_at, AT);
  t.is(rowsOf('PlayerRegistered', 'addEvent')[0]?.recorded_at, '2026-01-02T12:00:00.500Z');
});

test('no personal data is in what comes of a player event', (t) => {
  const text = JSON.stringify(FACTS.filter(({ of }) => of === 'player').flatMap(changesOf));
  for (const personal of ['Jane', 'example.com', '192.0.2.1', 'Street']) t.false(text.includes(personal), personal);
});
