import test from 'ava';
import type { Command } from '../script.js';
import { createModel } from './model.js';

// The model's own rules, where a slip in it would make it agree with a slip in the code.

const NOW = '2026-01-02T12:00:00.000Z';

const ROUND = { provider: 'mock', sessionId: 's1', gameId: 'slot', roundId: 'r1', currency: 'EUR' };
const BET: Command = { type: 'bet', transactionId: 't1', amount: '10.00', ...ROUND };

/** A player with 100.00 in cash and an open session. */
function playing(...more: readonly Command[]) {
  const model = createModel();
  const payment = { name: 'd1', psp: 'fake' };
  const beginning: readonly Command[] = [
    { type: 'register', currency: 'EUR' },
    { type: 'deposit', ...payment, amount: '100.00', currency: 'EUR' },
    { type: 'report', ...payment, status: 'completed' },
    { type: 'start_session', sessionId: 's1', gameId: 'slot', provider: 'mock' },
  ];
  for (const command of [...beginning, ...more]) model.happen('1', command, NOW);
  const accounts = () => {
    const { cash, bonus, withdrawal } = model.player('1');
    return [cash, bonus, withdrawal];
  };
  return { model, accounts, outcome: (command: Command) => model.predict('1', command, NOW).outcome };
}

test('a prediction leaves nothing behind', (t) => {
  const { model } = playing({ type: 'credit_bonus', userBonusId: 'b1', bonusId: 'cash_first', amount: '5.00' });
  const before = structuredClone(model.player('1'));
  for (const command of [
    BET,
    { type: 'block', reason: 'self_exclusion', until: null },
    { type: 'withdraw', name: 'w1', psp: 'fake', amount: '1.00', currency: 'EUR' },
    { type: 'log_in', loginId: 'l1', otherLoginId: 'l2', passwordRevision: 1 },
  ] as const) {
    t.not(model.predict('1', command, NOW).events.length, 0);
    t.deepEqual(model.player('1'), before);
  }
});

test('a bet moves its stake once, and its repeat has the first answer', (t) => {
  const { model, accounts, outcome } = playing();
  t.is(model.happen('1', BET, NOW).events.length, 1);
  t.deepEqual(accounts(), [9_000, 0, 0]);
  const win: Command = {
    ...{ type: 'win', transactionId: 't2', referenceTransactionId: 't1', amount: '1.00', roundClosed: true, ...ROUND },
  };
  model.happen('1', win, NOW);
  t.deepEqual(outcome(BET), {
    ok: true,
    answer: { balance: { cash: '90.00', bonus: '0.00' }, currency: 'EUR', replayed: true },
  });
  t.like(outcome({ ...BET, amount: '9.00' }), { rejection: { type: 'IdempotencyConflict' } });
});

test('after a rollback of nothing the late bet moves nothing', (t) => {
  const rollback: Command = {
    ...{ type: 'rollback', provider: 'mock', transactionId: 't9', referenceTransactionId: 't1', roundId: 'r1' },
  };
  const { accounts, outcome } = playing(rollback);
  t.like(outcome(BET), { rejection: { type: 'TransactionRolledBack' } });
  t.like(outcome(rollback), { rejection: { type: 'TransactionNotFound' } });
  t.deepEqual(accounts(), [10_000, 0, 0]);
});

test('the bonus part of a win is rounded down, and the rest is cash', (t) => {
  const bonus: Command = { type: 'credit_bonus', userBonusId: 'b1', bonusId: 'bonus_first', amount: '1.00' };
  // On a game that counts nothing, or the bonus would be completed at once.
  const round = { ...ROUND, gameId: 'unheard_of' };
  const bet: Command = { ...BET, ...round, amount: '3.00' };
  const win: Command = {
    ...{ type: 'win', transactionId: 't2', referenceTransactionId: 't1', amount: '1.00', roundClosed: true, ...round },
  };
  const { accounts } = playing(bonus, bet, win);
  // A third of 1.00 is 0.33 in bonus.
  t.deepEqual(accounts(), [10_000 - 200 + 67, 33, 0]);
});

test('time that went by counts only together with something new', (t) => {
  const { model } = playing();
  const later = '2026-01-02T12:30:00.000Z';
  const ended = model.predict('1', BET, later);
  t.deepEqual(ended, { outcome: { ok: false, rejection: { type: 'SessionEnded' } }, events: [] });
  const consents = model.predict('1', { type: 'consents', email: true }, later);
  t.deepEqual(
    consents.events.map(({ type }) => type),
    ['GameSessionEnded', 'ConsentsChanged'],
  );
});

test('nobody is forgotten who is owed anything; whoever was is found only by what they left', (t) => {
  const forget: Command = { type: 'forget' };
  const all: Command = { ...BET, amount: '100.00' };
  t.like(playing().outcome(forget), { rejection: { type: 'PlayerHasFunds', reasons: ['cash'] } });
  const { model, accounts, outcome } = playing(all, forget);
  const played: Command = { type: 'balance', sessionId: 's1', provider: 'mock' };
  t.like(outcome(played), { rejection: { type: 'PlayerNotFound' } });
  t.like(outcome({ ...all, transactionId: 't2' }), { rejection: { type: 'PlayerNotFound' } });
  t.like(outcome(all), { answer: { replayed: true } });
  t.like(outcome({ type: 'register', currency: 'EUR' }), { rejection: { type: 'EmailTaken' } });
  const win: Command = {
    ...{ type: 'win', transactionId: 't3', referenceTransactionId: 't1', amount: '1.00', roundClosed: true, ...ROUND },
  };
  t.is(model.happen('1', win, NOW).events.length, 1);
  t.deepEqual(accounts(), [100, 0, 0]);
  t.deepEqual(outcome(forget), { ok: true, answer: { selfExcluded: false } });
});
