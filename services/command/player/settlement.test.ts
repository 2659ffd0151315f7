import test from 'ava';
import { given, type Step } from './testing/given.js';
import { bet, blocked, play, READY_TO_PLAY, rollback, sessionEnded, win } from './testing/steps.js';

test('a win is credited to cash, whatever became of the session and the player', (t) => {
  given(t, ...READY_TO_PLAY, bet(), sessionEnded(), blocked())
    .when(win())
    .thenTypes('WinCredited')
    .thenBalances('110.00')
    .thenAnswers({ balance: { cash: '110.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
});

test('a win of zero closes a losing round and moves nothing', (t) => {
  given(t, ...READY_TO_PLAY, bet())
    .when(win({ amount: '0.00' }))
    .thenTypes('WinCredited')
    .thenBalances('90.00');
});

test('several wins may settle one bet', (t) => {
  given(t, ...READY_TO_PLAY, bet(), win())
    .when(win({ transactionId: 't-6' }))
    .thenTypes('WinCredited')
    .thenBalances('130.00');
});

const REFUSED: readonly [
  string,
  readonly Step[],
  Step,
  'TransactionNotFound' | 'TransactionRolledBack' | 'TransactionAlreadySettled',
][] = [
  ['a win without its bet', [], win(), 'TransactionNotFound'],
  ['a win of another round than its bet', [bet()], win({ roundId: 'r-2' }), 'TransactionNotFound'],
  [
    'a win that names a win',
    [bet(), win()],
    win({ transactionId: 't-6', referenceTransactionId: 't-2' }),
    'TransactionNotFound',
  ],
  ["a win of another provider's bet", [bet()], win({ provider: 'other' }), 'TransactionNotFound'],
  ['a win after the rollback of its bet', [bet(), rollback()], win(), 'TransactionRolledBack'],
  ['a win that names a tombstone', [rollback()], win(), 'TransactionRolledBack'],
  ['a bet after its tombstone', [rollback()], bet(), 'TransactionRolledBack'],
  ['a rollback of a bet whose win stands', [bet(), win()], rollback(), 'TransactionAlreadySettled'],
  [
    'a rollback of a bet closed by a win of zero',
    [bet(), win({ amount: '0.00' })],
    rollback(),
    'TransactionAlreadySettled',
  ],
  [
    'a rollback of a rollback',
    [bet(), rollback()],
    rollback({ transactionId: 't-6', referenceTransactionId: 't-3' }),
    'TransactionNotFound',
  ],
  ['a rollback with another round', [bet()], rollback({ roundId: 'r-2' }), 'TransactionNotFound'],
  ['a repeat of a rollback of the unseen', [rollback()], rollback(), 'TransactionNotFound'],
];
for (const [what, steps, step, type] of REFUSED) {
  test(`${what} is refused: ${type}`, (t) => {
    given(t, ...READY_TO_PLAY, ...steps)
      .when(step)
      .thenRejects({ type });
  });
}

test('a rollback gives the stake back', (t) => {
  given(t, ...READY_TO_PLAY, bet())
    .when(rollback())
    .thenTypes('TransactionRolledBack')
    .thenBalances('100.00');
});

test('the same rollback again is the first answer; under another id it is that answer with no event', (t) => {
  const answer = { balance: { cash: '100.00', bonus: '0.00' }, currency: 'EUR' };
  const spent = bet({ transactionId: 't-8' });
  given(t, ...READY_TO_PLAY, bet(), rollback(), spent)
    .when(rollback())
    .thenNothing()
    .thenAnswers({ ...answer, replayed: true });
  given(t, ...READY_TO_PLAY, bet(), rollback(), spent)
    .when(rollback({ transactionId: 't-9' }))
    .thenNothing()
    .thenAnswers({ ...answer, replayed: false });
});

test('the rollback of a win that was spent leaves cash below zero', (t) => {
  given(t, ...READY_TO_PLAY, bet(), win({ amount: '50.00' }), bet({ transactionId: 't-8', amount: '140.00' }))
    .when(rollback({ referenceTransactionId: 't-2' }))
    .thenTypes('TransactionRolledBack')
    .thenBalances('-50.00');
});

test('after the rollback of its win, a bet can be rolled back', (t) => {
  given(t, ...READY_TO_PLAY, bet(), win(), rollback({ referenceTransactionId: 't-2' }))
    .when(rollback({ transactionId: 't-6' }))
    .thenTypes('TransactionRolledBack')
    .thenBalances('100.00');
});

test('a rollback of the unseen leaves a tombstone and answers not found', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(rollback())
    .thenEvents({
      type: 'RollbackTombstoned',
      data: { transactionId: 't-3', referenceTransactionId: 't-1', provider: 'mock', roundId: 'r-1' },
    })
    .thenAnswers('tombstoned');
});

test('a play is one event with both movements', (t) => {
  given(t, ...READY_TO_PLAY)
    .when(play())
    .thenTypes('RoundPlayed')
    .thenBalances('110.00')
    .thenAnswers({ balance: { cash: '110.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
});

test('a play again is its first answer', (t) => {
  given(t, ...READY_TO_PLAY, play(), bet())
    .when(play())
    .thenNothing()
    .thenAnswers({ balance: { cash: '110.00', bonus: '0.00' }, currency: 'EUR', replayed: true });
});

const PLAY_CONFLICTS: readonly [string, Step][] = [
  ['its bet with another win', play({ win: { transactionId: 't-6', amount: '20.00' } })],
  ['another amount', play({ bet: { transactionId: 't-4', amount: '9.00' } })],
  ['its bet alone', bet({ transactionId: 't-4' })],
  ['its win alone', win({ transactionId: 't-5', referenceTransactionId: 't-4' })],
];
for (const [what, step] of PLAY_CONFLICTS) {
  test(`after a play, ${what} is a conflict`, (t) => {
    given(t, ...READY_TO_PLAY, play())
      .when(step)
      .thenRejects({ type: 'IdempotencyConflict' });
  });
}

test('the bet of a play cannot be rolled back before its win', (t) => {
  given(t, ...READY_TO_PLAY, play())
    .when(rollback({ referenceTransactionId: 't-4' }))
    .thenRejects({ type: 'TransactionAlreadySettled' });
  given(t, ...READY_TO_PLAY, play(), rollback({ referenceTransactionId: 't-5' }))
    .when(rollback({ transactionId: 't-6', referenceTransactionId: 't-4' }))
    .thenBalances('100.00');
});
