import test from 'ava';
import { endBonus } from './bonuses.js';
import { given, registeredPlayer, type Step, type TestPlayer } from './testing/given.js';
import {
  bet,
  bonus,
  depositRequested,
  play,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  win,
} from './testing/steps.js';

// Goal: what settles late touches the bonus that paid for it, and no other. Bonus first, 20 times, at most 5.00 a bet.

const reload = (amount: string, userBonusId = 'ub-1') => bonus(amount, userBonusId, 'strict_bonus');
const endFirst: Step = (player) => endBonus(player, 'ub-1', 'operator');

function activeOf(player: TestPlayer) {
  const state = player.state();
  return state.status === 'registered' ? state.activeBonus : null;
}

/** Rounds of 5.00 that give the stake back: they wager, and cost nothing. */
function wagering(rounds: number): Step[] {
  return Array.from({ length: rounds }, (_, n) =>
    play({ bet: { transactionId: `b-${n}`, amount: '5.00' }, win: { transactionId: `w-${n}`, amount: '5.00' } }),
  );
}

test('a rolled back win of the first bonus does not keep the second, once empty, alive', (t) => {
  // The first bonus's bet has no outcome again; that is nothing to the second bonus, whose own bet loses.
  given(
    t,
    session(),
    reload('5.00'),
    bet({ amount: '5.00' }),
    win({ amount: '5.00' }),
    reload('5.00', 'ub-2'),
    endFirst,
    rollback({ referenceTransactionId: 't-2' }),
    bet({ transactionId: 't-8', roundId: 'r-2', amount: '5.00' }),
  )
    .when(win({ transactionId: 't-9', referenceTransactionId: 't-8', roundId: 'r-2', amount: '0.00' }))
    .thenTypes('WinCredited', 'BonusCancelled')
    .thenBalances('0.00');
});

test('a rolled back win of a cash bet does not keep an empty bonus alive', (t) => {
  given(
    t,
    ...READY_TO_PLAY,
    bet({ amount: '5.00' }),
    win({ amount: '5.00' }),
    reload('5.00'),
    rollback({ referenceTransactionId: 't-2' }),
    bet({ transactionId: 't-8', roundId: 'r-2', amount: '5.00' }),
  )
    .when(win({ transactionId: 't-9', referenceTransactionId: 't-8', roundId: 'r-2', amount: '0.00' }))
    .thenTypes('WinCredited', 'BonusCancelled')
    .thenBalances('95.00');
});

test('a bet with another win that stands is not reopened, so the bonus that the rollback emptied is lost', (t) => {
  given(
    t,
    session(),
    reload('10.00'),
    bet({ amount: '5.00' }),
    win({ amount: '0.00' }),
    win({ transactionId: 't-6', amount: '3.00' }),
    bet({ transactionId: 't-7', roundId: 'r-2', amount: '5.00' }),
    win({ transactionId: 't-8', referenceTransactionId: 't-7', roundId: 'r-2', amount: '0.00' }),
  )
    .when(rollback({ referenceTransactionId: 't-6' }))
    .thenTypes('TransactionRolledBack', 'BonusCancelled')
    .thenBalances('0.00');
});

test('a late win of the first bonus leaves the open bets of the second alone', (t) => {
  const player = registeredPlayer();
  for (const step of [
    ...READY_TO_PLAY,
    reload('5.00'),
    bet({ amount: '5.00' }),
    reload('5.00', 'ub-2'),
    endFirst,
    bet({ transactionId: 't-8', roundId: 'r-2', amount: '5.00' }),
    win({ amount: '9.00' }),
  ]) {
    t.true(player.run(step).ok);
  }
  t.deepEqual(activeOf(player)?.openBets, ['mock t-8']);
});

test('the rollback of a late win gives back what it used of the cap', (t) => {
  const player = registeredPlayer();
  const steps: Step[] = [
    depositRequested('300.00'),
    reported('completed'),
    session(),
    reload('10.00'),
    bet({ amount: '5.00' }),
    ...wagering(40),
    // The cap is 250.00 and 5.00 was converted: this takes all of the rest.
    win({ amount: '300.00' }),
    rollback({ referenceTransactionId: 't-2' }),
  ];
  for (const step of steps) t.true(player.run(step).ok);
  const again = player.run(win({ transactionId: 't-6', amount: '245.00' }));
  t.deepEqual(again.ok && again.answer, {
    balance: { cash: '550.00', bonus: '0.00' },
    currency: 'EUR',
    replayed: false,
  });
});

test('a bonus without a wagering requirement is granted and completed in one go', (t) => {
  given(t)
    .when(bonus('5.00', 'ub-1', 'cash_gift'))
    .thenTypes('BonusGranted', 'BonusCompleted')
    .thenBalances('5.00')
    .thenAnswers({ userBonusId: 'ub-1', bonusId: 'cash_gift', status: 'granted', replayed: false });
});

test('a waiting bonus without a wagering requirement completes as soon as it is granted, and the next one starts', (t) => {
  given(t, reload('5.00'), bonus('7.00', 'ub-2', 'cash_gift'), reload('9.00', 'ub-3'))
    .when(endFirst)
    .thenTypes('BonusCancelled', 'BonusGranted', 'BonusCompleted', 'BonusGranted')
    .thenBalances('7.00', '9.00');
});

test('a late win of a sticky bonus first makes up what of the granted amount was still staked', (t) => {
  // 20.00 granted, 5.00 of it staked and open, 15.00 taken by the house at completion: of a win of 8.00, 5.00 are its too.
  const steps: Step[] = [session(), bonus('20.00', 'ub-1', 'sticky_bonus'), bet({ amount: '5.00' }), ...wagering(3)];
  given(t, ...steps)
    .when(win({ amount: '8.00' }))
    .thenTypes('WinCredited')
    .thenBalances('3.00');
  given(t, ...steps, win({ amount: '4.00' }))
    .when(win({ transactionId: 't-6', amount: '4.00' }))
    .thenBalances('3.00');
  given(t, ...steps, win({ amount: '4.00' }), rollback({ referenceTransactionId: 't-2' }))
    .when(win({ transactionId: 't-6', amount: '4.00' }))
    .thenBalances('0.00');
});

for (const gameId of ['constructor', '__proto__', 'toString']) {
  test(`a game called ${gameId} is not classified either`, (t) => {
    given(t, ...READY_TO_PLAY, bonus())
      .when(bet({ gameId }))
      .thenTypes('BetPlaced');
  });
}
