import test from 'ava';
import { liftBlock, placeBlock } from './account.js';
import { creditBonus, endBonus } from './bonuses.js';
import { given, registeredPlayer, type Step } from './testing/given.js';
import {
  bet,
  blocked,
  bonus,
  depositRequested,
  play,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  win,
  withdrawalRequested,
} from './testing/steps.js';

/** Bonus first, 20 times, at most 5.00 a bet, forfeited by a withdrawal. */
const reload = (amount: string, userBonusId = 'ub-1') => bonus(amount, userBonusId, 'strict_bonus');

/** Plays rounds of 5.00 that lose. */
function losing(rounds: number, from = 0): Step[] {
  return Array.from({ length: rounds }, (_, n) =>
    play({
      bet: { transactionId: `b-${from + n}`, amount: '5.00' },
      win: { transactionId: `w-${from + n}`, amount: '0.00' },
    }),
  );
}

test('a credited bonus is granted with its postings and its requirement', (t) => {
  given(t)
    .when(bonus())
    .thenEvents({
      type: 'BonusGranted',
      data: {
        userBonusId: 'ub-1',
        bonusId: 'easy_bonus',
        templateVersion: 1,
        amount: '50.00',
        currency: 'EUR',
        wageringRequired: '500.00',
        expiresAt: '2026-02-01T12:00:00.000Z',
        deposit: null,
        fastTrackReferences: {},
        postings: [
          { account: 'house:bonus-cost', side: 'debit', amount: '50.00', currency: 'EUR' },
          { account: 'player:12345:bonus', side: 'credit', amount: '50.00', currency: 'EUR' },
        ],
        balances: { cash: '0.00', bonus: '50.00', withdrawal: '0.00', currency: 'EUR' },
      },
    })
    .thenAnswers({ userBonusId: 'ub-1', bonusId: 'easy_bonus', status: 'granted', replayed: false });
});

test('the same credit again is the first answer; with another amount it is a conflict', (t) => {
  given(t, bonus())
    .when(bonus('50.0'))
    .thenNothing()
    .thenAnswers({ userBonusId: 'ub-1', bonusId: 'easy_bonus', status: 'granted', replayed: true });
  given(t, bonus()).when(bonus('51.00')).thenRejects({ type: 'IdempotencyConflict' });
});

test('a second bonus waits without postings and is granted when the first ends', (t) => {
  given(t, bonus()).when(bonus('20.00', 'ub-2')).thenTypes('BonusQueued').thenBalances('0.00', '50.00');
  given(t, bonus(), bonus('20.00', 'ub-2'))
    .when((player) => endBonus(player, 'ub-1', 'operator'))
    .thenTypes('BonusCancelled', 'BonusGranted')
    .thenBalances('0.00', '20.00');
});

const REFUSED: readonly [string, readonly Step[], Step, string][] = [
  ['an unknown template', [], bonus('50.00', 'ub-1', 'nothing'), 'BonusNotAvailable'],
  ['an amount above the range', [], bonus('500.01'), 'InvalidAmount'],
  ['an amount below the range', [], bonus('0.99'), 'InvalidAmount'],
  ['more decimals than the currency has', [], bonus('50.001'), 'InvalidAmount'],
  ['a blocked player', [blocked()], bonus(), 'PlayerBlocked'],
];
for (const [what, steps, step, type] of REFUSED) {
  test(`a bonus credit is refused: ${what}`, (t) => {
    const player = registeredPlayer();
    for (const before of steps) player.run(before);
    const decision = player.run(step);
    t.is(decision.ok ? 'accepted' : decision.rejection.type, type);
  });
}

test('a bet counts towards wagering by its contribution, also when cash paid for it', (t) => {
  given(t, ...READY_TO_PLAY, bonus())
    .when(bet({ gameId: 'table_blackjack' }))
    .thenTypes('BetPlaced', 'BonusWageringProgressed');
  const player = registeredPlayer();
  for (const step of [...READY_TO_PLAY, bonus(), bet({ gameId: 'table_blackjack' }), bet({ transactionId: 't-9' })])
    player.run(step);
  const state = player.state();
  t.is(state.status === 'registered' ? state.activeBonus?.wagered : undefined, '11.00');
});

test('a game that is not classified counts nothing', (t) => {
  given(t, ...READY_TO_PLAY, bonus())
    .when(bet({ gameId: 'unknown' }))
    .thenTypes('BetPlaced');
});

test('a rolled back bet takes its wagering back', (t) => {
  const player = registeredPlayer();
  for (const step of [...READY_TO_PLAY, bonus(), bet(), rollback()]) player.run(step);
  const state = player.state();
  t.is(state.status === 'registered' ? state.activeBonus?.wagered : undefined, '0.00');
});

test('cash first: the stake takes the bonus only for what cash lacks, and the win is split as the bet was', (t) => {
  const mixed = [...READY_TO_PLAY, bonus(), bet({ amount: '120.00' })];
  given(t, ...READY_TO_PLAY, bonus())
    .when(bet({ amount: '120.00' }))
    .thenBalances('0.00', '30.00');
  // 10.00 × 20 ÷ 120 = 1.666…: the bonus part is rounded down, the rest is cash.
  given(t, ...mixed)
    .when(win({ amount: '10.00' }))
    .thenBalances('8.34', '31.66');
});

test('the wagering that fulfils the requirement converts the bonus to cash, and the answer shows it', (t) => {
  given(t, ...READY_TO_PLAY, reload('5.00'), ...losing(1), ...losing(0))
    .when(bet({ amount: '1.00', transactionId: 't-8' }))
    .thenTypes('BetPlaced');
  const player = registeredPlayer();
  const rounds = Array.from({ length: 19 }, (_, n) =>
    play({ bet: { transactionId: `b-${n}`, amount: '5.00' }, win: { transactionId: `w-${n}`, amount: '5.00' } }),
  );
  for (const step of [...READY_TO_PLAY, reload('5.00'), ...rounds]) t.true(player.run(step).ok);
  const last = player.run(
    play({ bet: { transactionId: 'b', amount: '5.00' }, win: { transactionId: 'w', amount: '7.00' } }),
  );
  t.deepEqual(last.ok && last.events.map(({ type }) => type), [
    'RoundPlayed',
    'BonusWageringProgressed',
    'BonusCompleted',
  ]);
  // The answer is the balance after the conversion, in the event too.
  t.deepEqual(last.ok && last.answer, { balance: { cash: '107.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
  const again = player.run(
    play({ bet: { transactionId: 'b', amount: '5.00' }, win: { transactionId: 'w', amount: '7.00' } }),
  );
  t.deepEqual(again.ok && again.answer, {
    balance: { cash: '107.00', bonus: '0.00' },
    currency: 'EUR',
    replayed: true,
  });
});

test('an empty bonus is lost once no bet of it is open', (t) => {
  given(t, session(), reload('5.00'))
    .when(bet({ amount: '5.00' }))
    .thenTypes('BetPlaced', 'BonusWageringProgressed');
  given(t, session(), reload('5.00'), bet({ amount: '5.00' }))
    .when(win({ amount: '0.00' }))
    .thenTypes('WinCredited', 'BonusCancelled')
    .thenBalances('0.00', '0.00');
});

test('a rolled back win reopens its bet, so an empty bonus is not lost by the next bet', (t) => {
  given(
    t,
    ...READY_TO_PLAY,
    reload('5.00'),
    bet({ amount: '5.00' }),
    win({ amount: '5.00' }),
    rollback({ referenceTransactionId: 't-2' }),
  )
    .when(bet({ transactionId: 't-8', amount: '1.00' }))
    .thenTypes('BetPlaced', 'BonusWageringProgressed');
});

test('a withdrawal forfeits a bonus whose template says so', (t) => {
  given(t, ...READY_TO_PLAY, reload('10.00'))
    .when(withdrawalRequested())
    .thenTypes('WithdrawalRequested', 'BonusCancelled')
    .thenBalances('80.00', '0.00', '20.00');
  given(t, ...READY_TO_PLAY, bonus())
    .when(withdrawalRequested())
    .thenBalances('80.00', '50.00', '20.00');
});

test('a bonus that expired is cancelled before whatever comes next', (t) => {
  given(t, bonus())
    .when(depositRequested('1.00', 'd2'), '2026-02-01T12:00:00.000Z')
    .thenTypes('BonusCancelled', 'DepositRequested')
    .thenBalances('0.00');
});

test('self-exclusion cancels the waiting bonuses and the active one', (t) => {
  given(t, ...READY_TO_PLAY, bonus(), bonus('20.00', 'ub-2'))
    .when((player) => placeBlock(player, { reason: 'self_exclusion', until: null }))
    .thenTypes('BlockPlaced', 'GameSessionEnded', 'BonusCancelled', 'BonusCancelled')
    .thenBalances('100.00');
});

test('a late win follows its bonus: cancelled → the house, its rollback too', (t) => {
  const bonusBet: Step[] = [session(), reload('10.00'), bet({ amount: '5.00' })];
  const cancelled: Step[] = [...bonusBet, (player) => endBonus(player, 'ub-1', 'operator')];
  given(t, ...cancelled)
    .when(win({ amount: '8.00' }))
    .thenBalances('0.00');
  given(t, ...cancelled, win({ amount: '8.00' }))
    .when(rollback({ referenceTransactionId: 't-2' }))
    .thenBalances('0.00');
  given(t, ...cancelled)
    .when(rollback())
    .thenBalances('0.00');
});

test('a late win of a completed bonus is cash up to what the cap leaves, and its rollback takes just that', (t) => {
  // 5.00 staked from the bonus; cash then fulfils the requirement while that bet is still open.
  const completing = Array.from({ length: 40 }, (_, n) =>
    play({ bet: { transactionId: `b-${n}`, amount: '5.00' }, win: { transactionId: `w-${n}`, amount: '5.00' } }),
  );
  const steps: Step[] = [
    depositRequested('300.00'),
    reported('completed'),
    session(),
    reload('10.00'),
    bet({ amount: '5.00' }),
    ...completing,
  ];
  const player = registeredPlayer();
  for (const step of steps) player.run(step);
  const before = player.state();
  t.deepEqual(before.status === 'registered' && [before.bonuses.get('ub-1')?.status, before.balances.cash], [
    'completed',
    '305.00',
  ]);
  // The cap is 250.00 and 5.00 was converted: of 300.00 only 245.00 become cash.
  const won = player.run(win({ amount: '300.00' }));
  t.deepEqual(won.ok && won.answer, { balance: { cash: '550.00', bonus: '0.00' }, currency: 'EUR', replayed: false });
  const undone = player.run(rollback({ referenceTransactionId: 't-2' }));
  t.deepEqual(undone.ok && undone.answer, {
    balance: { cash: '305.00', bonus: '0.00' },
    currency: 'EUR',
    replayed: false,
  });
});

test('Fast Track references come back in the bonus that they asked for', (t) => {
  const references = { id: 'ABC', trigger_hash: '9d30' };
  const player = registeredPlayer();
  const decision = player.run((unfolding) =>
    creditBonus(unfolding, {
      userBonusId: 'ub-1',
      bonusId: 'easy_bonus',
      amount: '50',
      fastTrackReferences: references,
    }),
  );
  const [event] = decision.ok ? decision.events : [];
  t.deepEqual(event?.type === 'BonusGranted' && event.data.fastTrackReferences, references);
});

test('the rollback of a bonus win takes what the bonus still has, the house bears the rest', (t) => {
  const spent = [
    session(),
    reload('10.00'),
    bet({ amount: '5.00' }),
    win({ amount: '3.00' }),
    bet({ transactionId: 't-7', amount: '5.00' }),
    bet({ transactionId: 't-8', amount: '2.00' }),
  ];
  given(t, ...spent)
    .when(rollback({ referenceTransactionId: 't-2' }))
    .thenTypes('TransactionRolledBack')
    .thenBalances('0.00');
});

test('the rollback of a bonus win whose bonus was completed since is taken from cash', (t) => {
  const rounds = Array.from({ length: 39 }, (_, n) =>
    play({ bet: { transactionId: `b-${n}`, amount: '5.00' }, win: { transactionId: `w-${n}`, amount: '5.00' } }),
  );
  const completed = [...READY_TO_PLAY, reload('10.00'), bet({ amount: '5.00' }), win({ amount: '5.00' }), ...rounds];
  given(t, ...completed)
    .when(rollback({ referenceTransactionId: 't-2' }))
    .thenBalances('105.00');
});

test('a bonus with nothing to wager is granted and converted in one append', (t) => {
  given(t)
    .when(bonus('5.00', 'ub-1', 'cash_gift'))
    .thenTypes('BonusGranted', 'BonusCompleted')
    .thenBalances('5.00');
});

test('of a sticky bonus only what was won above it converts', (t) => {
  const won = play({ bet: { transactionId: 'b', amount: '20.00' }, win: { transactionId: 'w', amount: '26.00' } });
  given(t, session(), bonus('20.00', 'ub-1', 'sticky_bonus'))
    .when(won)
    .thenTypes('RoundPlayed', 'BonusWageringProgressed', 'BonusCompleted')
    .thenBalances('6.00');
  const lost = play({ bet: { transactionId: 'b', amount: '20.00' }, win: { transactionId: 'w', amount: '15.00' } });
  given(t, session(), bonus('20.00', 'ub-1', 'sticky_bonus'))
    .when(lost)
    .thenBalances('0.00');
});

test('the deposit that a bonus names counts into its requirement, and its reversal cancels the bonus', (t) => {
  const player = registeredPlayer();
  for (const step of [...READY_TO_PLAY, bonus('50.00', 'ub-1', 'deposit_bonus')]) player.run(step);
  const state = player.state();
  t.is(state.status === 'registered' ? state.activeBonus?.wageringRequired : undefined, '1500.00');
  given(t, ...READY_TO_PLAY, bonus('50.00', 'ub-1', 'deposit_bonus'))
    .when(reported('reversed'))
    .thenTypes('DepositReversed', 'BonusCancelled')
    .thenBalances('0.00');
});

test('a late win of a completed bonus without a cap is cash, all of it', (t) => {
  const rounds = Array.from({ length: 5 }, (_, n) =>
    play({ bet: { transactionId: `b-${n}`, amount: '100.00' }, win: { transactionId: `w-${n}`, amount: '100.00' } }),
  );
  // 20.00 of the stake are the bonus's; cash that came since fulfils the requirement while the bet is open.
  const completed = [
    ...READY_TO_PLAY,
    bonus(),
    bet({ amount: '120.00' }),
    depositRequested('500.00', 'd2'),
    reported('completed', 'd2'),
    ...rounds,
  ];
  given(t, ...completed)
    .when(win({ amount: '999999999999.99' }))
    .thenTypes('WinCredited')
    .thenBalances('1000000000529.99');
});

test('a waiting bonus waits on while the player is blocked, and starts its time when the last block has ended', (t) => {
  const waiting: Step[] = [
    ...READY_TO_PLAY,
    bonus('10.00', 'ub-1'),
    bonus('20.00', 'ub-2'),
    blocked({ reason: 'operator', until: null }),
    blocked({ reason: 'timeout', until: '2026-01-03T00:00:00.000Z' }),
  ];
  const ended: Step[] = [...waiting, (player) => endBonus(player, 'ub-1', 'operator')];
  given(t, ...waiting)
    .when((player) => endBonus(player, 'ub-1', 'operator'))
    .thenTypes('BonusCancelled');
  const lift: Step = (player) => liftBlock(player, 'operator');
  given(t, ...ended)
    .when(lift)
    .thenTypes('BlockLifted');
  given(t, ...ended, lift)
    .when(session('s-2', 'table_blackjack'), '2026-01-03T00:00:00.000Z')
    .thenTypes('BlockLifted', 'BonusGranted', 'GameSessionStarted')
    .thenBalances('100.00', '20.00');
  given(t, ...ended, (player) => liftBlock(player, 'timeout'))
    .when(lift)
    .thenTypes('BlockLifted', 'BonusGranted');
});
