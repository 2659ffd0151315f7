import test from 'ava';
import { changeConsents, liftBlock, logIn, markDetailsChanged, registerPlayer } from './account.js';
import { endBonus } from './bonuses.js';
import { wouldForget } from './forgetting.js';
import { readBalance } from './game-sessions.js';
import { unarchivedPast } from './past.js';
import { approveWithdrawal, stopWithdrawal } from './payments.js';
import type { Rejection } from './rejection.js';
import { given, NOW, PLAYER, registeredPlayer, type Step } from './testing/given.js';
import {
  BET,
  bet,
  blocked,
  bonus,
  depositRequested,
  forgotten,
  play,
  READY_TO_PLAY,
  reported,
  rollback,
  session,
  sessionEnded,
  win,
  withdrawalRequested,
} from './testing/steps.js';

const NOTHING = '0.00';
const NOT_FOUND: Rejection = { type: 'PlayerNotFound' };

/** All staked on one bet that has no outcome yet. */
const STAKED: readonly Step[] = [...READY_TO_PLAY, bet({ amount: '100.00' })];

function hasFunds(
  reasons: Extract<Rejection, { type: 'PlayerHasFunds' }>['reasons'],
  [cash, bonusBalance, withdrawal]: readonly [string, string, string],
  openPayments = 0,
): Rejection {
  const balances = { cash, bonus: bonusBalance, withdrawal, currency: 'EUR' };
  return { type: 'PlayerHasFunds', reasons, balances, openPayments };
}

test('a player without money, payments, sessions and bonuses is forgotten in one event', (t) => {
  given(t)
    .when(forgotten())
    .thenEvents({ type: 'PlayerForgotten', data: { selfExcluded: false } })
    .thenAnswers({ selfExcluded: false });
});

test('who excluded themselves are remembered to be so; any other block does not count', (t) => {
  given(t, blocked({ reason: 'self_exclusion', until: null }))
    .when(forgotten())
    .thenEvents({ type: 'PlayerForgotten', data: { selfExcluded: true } });
  given(t, blocked(), blocked({ reason: 'fraud', until: null }))
    .when(forgotten())
    .thenAnswers({ selfExcluded: false });
});

const REFUSALS: readonly { readonly what: string; readonly given: readonly Step[]; readonly refusal: Rejection }[] = [
  { what: 'cash', given: READY_TO_PLAY, refusal: hasFunds(['cash'], ['100.00', NOTHING, NOTHING]) },
  {
    what: 'a debt',
    given: [...STAKED, reported('reversed')],
    refusal: hasFunds(['cash'], ['-100.00', NOTHING, NOTHING]),
  },
  { what: 'bonus money', given: [bonus('25.00')], refusal: hasFunds(['bonus'], [NOTHING, '25.00', NOTHING]) },
  {
    what: 'money held for a withdrawal, which is an open payment too',
    given: [...READY_TO_PLAY, withdrawalRequested('100.00')],
    refusal: hasFunds(['withdrawal', 'open_payments'], [NOTHING, NOTHING, '100.00'], 1),
  },
  {
    what: 'an approved withdrawal',
    given: [...READY_TO_PLAY, withdrawalRequested('100.00'), (player) => approveWithdrawal(player, `${PLAYER}-w1`)],
    refusal: hasFunds(['withdrawal', 'open_payments'], [NOTHING, NOTHING, '100.00'], 1),
  },
  {
    what: 'deposits of which the PSP has told nothing',
    given: [depositRequested(), depositRequested('1.00', 'd2')],
    refusal: hasFunds(['open_payments'], [NOTHING, NOTHING, NOTHING], 2),
  },
  {
    what: 'all of it',
    given: [...READY_TO_PLAY, withdrawalRequested('20.00'), bonus('5.00')],
    refusal: hasFunds(['cash', 'bonus', 'withdrawal', 'open_payments'], ['80.00', '5.00', '20.00'], 1),
  },
];

for (const { what, given: steps, refusal } of REFUSALS) {
  test(`nobody is forgotten while there is ${what}`, (t) => {
    given(t, ...steps)
      .when(forgotten())
      .thenRejects(refusal);
  });
}

test('a payment that failed, was stopped or paid out is none that is open', (t) => {
  given(
    t,
    depositRequested('5.00', 'd2'),
    reported('failed', 'd2'),
    ...READY_TO_PLAY,
    withdrawalRequested('10.00'),
    (player) => stopWithdrawal(player, `${PLAYER}-w1`, 'rejected'),
    withdrawalRequested('100.00', 'w2'),
    (player) => approveWithdrawal(player, `${PLAYER}-w2`),
    reported('completed', 'w2'),
  )
    .when(forgotten())
    .thenTypes('GameSessionEnded', 'PlayerForgotten');
});

test('what is open ends first: the waiting bonuses, then the active one, so that none is granted; then the sessions', (t) => {
  const broke: readonly Step[] = [
    bonus('25.00'),
    bonus('5.00', 'ub-2'),
    bonus('6.00', 'ub-3'),
    session(),
    session('s-2', 'table_blackjack'),
  ];
  const player = given(t, ...broke, bet({ amount: '25.00' })).when(forgotten());
  player.thenTypes(
    'BonusCancelled',
    'BonusCancelled',
    'BonusCancelled',
    'GameSessionEnded',
    'GameSessionEnded',
    'PlayerForgotten',
  );
  player.thenBalances(NOTHING);
  const again = registeredPlayer();
  for (const step of [...broke, bet({ amount: '25.00' })]) again.run(step);
  const decision = again.run(forgotten());
  const events = decision.ok ? decision.events : [];
  t.deepEqual(
    events.flatMap((event) => (event.type === 'BonusCancelled' ? [[event.data.userBonusId, event.data.reason]] : [])),
    [
      ['ub-2', 'operator'],
      ['ub-3', 'operator'],
      ['ub-1', 'operator'],
    ],
  );
  t.deepEqual(
    events.flatMap((event) => (event.type === 'GameSessionEnded' ? [event.data.reason] : [])),
    ['block', 'block'],
  );
});

test('bonus money that has expired by now is none', (t) => {
  given(t, bonus('25.00')).when(forgotten(), '2026-03-01T00:00:00.000Z').thenTypes('BonusCancelled', 'PlayerForgotten');
});

test('forgotten again, nothing is new and the answer is the first, whatever was settled meanwhile', (t) => {
  const player = registeredPlayer();
  for (const step of [...STAKED, blocked({ reason: 'self_exclusion', until: '2026-02-01T00:00:00.000Z' }), forgotten()])
    t.true(player.run(step).ok);
  t.true(player.run(win(), '2026-02-02T00:00:00.000Z', { alsoForgotten: true }).ok);
  const again = player.run(forgotten(), NOW, { alsoForgotten: true });
  t.deepEqual(again, { ok: true, events: [], answer: { selfExcluded: true } });
});

test('a dry run decides the same and records nothing', (t) => {
  given(t, ...STAKED)
    .when(wouldForget)
    .thenNothing()
    .thenAnswers({
      ok: true,
      events: [
        {
          type: 'GameSessionEnded',
          data: { sessionId: 's-1', gameId: 'slot_abc', provider: 'mock', reason: 'block' },
        },
        { type: 'PlayerForgotten', data: { selfExcluded: false } },
      ],
      answer: { selfExcluded: false },
    });
  given(t, ...READY_TO_PLAY)
    .when(wouldForget)
    .thenNothing()
    .thenAnswers({ ok: false, rejection: hasFunds(['cash'], ['100.00', NOTHING, NOTHING]) });
});

/** What may be decided of somebody forgotten; which routes ask for it is pinned in tests/forget.test.ts. */
const NEW: readonly (readonly [what: string, step: Step])[] = [
  ['a bet', bet({ transactionId: 't-9' })],
  ['a play', play()],
  ['a balance', (player) => readBalance(player, BET.sessionId, BET.provider)],
  ['a deposit', depositRequested('5.00', 'd9')],
  ['a withdrawal', withdrawalRequested('5.00')],
  ['a game session', session('s-9')],
  ['the end of a session', sessionEnded()],
  ['a bonus', bonus()],
  ['the end of a bonus', (player) => endBonus(player, 'ub-9', 'operator')],
  ['a login', (player) => logIn(player, { loginId: 'l-1', otherLoginId: 'l-2', passwordRevision: 0 })],
  ['consents', (player) => changeConsents(player, { email: true })],
  ['consents as they are', (player) => changeConsents(player, {})],
  ['changed details', (player) => markDetailsChanged(player, 1)],
  ['a block', blocked()],
  ['the end of a block', (player) => liftBlock(player, 'timeout')],
  ['the approval of a withdrawal', (player) => approveWithdrawal(player, `${PLAYER}-w1`)],
];

for (const [what, step] of NEW) {
  test(`of somebody forgotten nothing new is taken: ${what}`, (t) => {
    given(t, ...STAKED, forgotten())
      .when(step)
      .thenRejects(NOT_FOUND);
  });
}

test('what was played is settled: wins, rollbacks, reports of PSPs, and rollbacks of what was never seen', (t) => {
  const also = { alsoForgotten: true };
  const gone = [...STAKED, forgotten()];
  given(t, ...gone)
    .when(win(), NOW, also)
    .thenTypes('WinCredited')
    .thenBalances('20.00');
  given(t, ...gone)
    .when(rollback(), NOW, also)
    .thenTypes('TransactionRolledBack')
    .thenBalances('100.00');
  given(t, ...gone)
    .when(rollback({ referenceTransactionId: 't-0' }), NOW, also)
    .thenTypes('RollbackTombstoned');
  given(t, ...gone)
    .when(reported('reversed'), NOW, also)
    .thenTypes('DepositReversed')
    .thenBalances('-100.00');
  given(t, depositRequested('7.00', 'd2'), reported('failed', 'd2'), forgotten())
    .when(reported('completed', 'd2'), NOW, also)
    .thenTypes('DepositCompleted')
    .thenBalances('7.00');
});

test('an id that was seen is answered as before', (t) => {
  const played: readonly Step[] = [
    ...READY_TO_PLAY,
    bonus('25.00'),
    bet({ amount: '80.00' }),
    bet({ transactionId: 't-8', amount: '45.00' }),
  ];
  const gone = [...played, rollback({ referenceTransactionId: 't-0' }), forgotten()];
  given(t, ...gone)
    .when(bet({ amount: '80.00' }))
    .thenNothing()
    .thenAnswers({ balance: { cash: '20.00', bonus: '25.00' }, currency: 'EUR', replayed: true });
  given(t, ...gone)
    .when(bet({ amount: '81.00' }))
    .thenRejects({ type: 'IdempotencyConflict' });
  given(t, ...gone)
    .when(bet({ transactionId: 't-0' }))
    .thenRejects({ type: 'TransactionRolledBack' });
  given(t, ...gone)
    .when(bonus('25.00'))
    .thenAnswers({ userBonusId: 'ub-1', bonusId: 'easy_bonus', status: 'granted', replayed: true });
});

test('a registration that is tried again after its player was forgotten does not bring them back', (t) => {
  const player = registeredPlayer();
  player.run(forgotten());
  const past = unarchivedPast(new Map());
  const again = registerPlayer(
    { playerId: PLAYER, state: player.state(), past },
    { currency: 'EUR', profileRevision: 0 },
  );
  t.deepEqual(again, { ok: false, rejection: { type: 'EmailTaken' } });
});
