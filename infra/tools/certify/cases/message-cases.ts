import type { Case } from '../case.js';
import { hear, judgeContent, judgeNoneRefused } from '../judge/timeline.js';
import { type Seat, takeSeat } from '../seat/seat.js';
import { WELCOME } from './bonus-cases.js';
import { cashFirst } from './bonus-shares.js';

// Check 5, the messages: every kind of event, and what Fast Track is told of it.

/** What leads to these events; then whether each was told in the right words. */
function told(
  id: string,
  title: string,
  events: readonly string[],
  play: (seat: Seat) => Promise<void>,
  cash = 100_00n,
): Case {
  return {
    ...{ id: `fast_track.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, cash);
      await play(seat);
      const heard = await hear(seat);
      judgeContent(seat, heard, (type) => events.includes(type));
      judgeNoneRefused(seat, heard);
    },
  };
}

export const MESSAGE_CASES: readonly Case[] = [
  told('registered', 'a registration is told, and a login', ['PlayerRegistered', 'PlayerLoggedIn'], async (seat) => {
    await seat.account.logIn();
  }),
  told('consents', 'a change of consents is told', ['ConsentsChanged'], async (seat) => {
    await seat.account.changeConsents();
  }),
  told('blocks', 'a block is told, and its end', ['BlockPlaced', 'BlockLifted'], async ({ account }) => {
    await account.block('operator', true);
    await account.block('operator', false);
  }),
  told('details', 'a change of details is told', ['PlayerDetailsChanged'], async ({ account }) => {
    await account.changeDetails();
  }),
  told(
    'deposit',
    'a deposit is told when requested, completed and reversed, with the balances',
    ['DepositRequested', 'DepositCompleted', 'DepositReversed'],
    async ({ payments }) => {
      await payments.reverseDeposit(await payments.deposit(25_50n));
    },
  ),
  told('deposit-failed', 'a failed deposit is told', ['DepositFailed'], async ({ payments }) => {
    await payments.failDeposit(await payments.requestDeposit(25_50n));
  }),
  told(
    'withdrawal',
    'a withdrawal is told when requested, completed and reversed; its approval is not',
    ['WithdrawalRequested', 'WithdrawalApproved', 'WithdrawalCompleted', 'WithdrawalReversed'],
    async ({ payments }) => {
      const withdrawal = await payments.requestWithdrawal(40_00n);
      await payments.approveWithdrawal(withdrawal);
      await payments.completeWithdrawal(withdrawal);
      await payments.reverseWithdrawal(withdrawal);
    },
  ),
  told(
    'withdrawal-returned',
    'a rejected, a cancelled and a failed withdrawal are told, each with the balances',
    ['WithdrawalRejected', 'WithdrawalCancelled', 'WithdrawalFailed'],
    async ({ account, payments }) => {
      await account.block('fraud', true);
      await payments.rejectWithdrawal(await payments.requestWithdrawal(10_00n));
      await payments.cancelWithdrawal(await payments.requestWithdrawal(20_00n));
      await account.block('fraud', false);
      const withdrawal = await payments.requestWithdrawal(30_00n);
      await payments.approveWithdrawal(withdrawal);
      await payments.failWithdrawal(withdrawal);
    },
  ),
  told(
    'bet-and-win',
    'a bet and its win are told, each with the balances',
    ['BetPlaced', 'WinCredited'],
    async (seat) => {
      await seat.game.win(await seat.game.bet(10_01n), 25_99n);
    },
  ),
  told('win-of-nothing', 'a win of 0 is told, without balances', ['WinCredited'], async ({ game }) => {
    await game.win(await game.bet(10_00n), 0n);
  }),
  told(
    'play',
    'a play is told with its bet and its win; one that changed nothing has no balances',
    ['RoundPlayed'],
    async (seat) => {
      await seat.game.play(10_00n, 25_00n);
      await seat.game.play(10_00n, 10_00n);
    },
  ),
  told('rollback', 'the rollback of a bet and of a win are told', ['TransactionRolledBack'], async ({ game }) => {
    const bet = await game.bet(10_00n);
    await game.rollBack(await game.win(bet, 25_00n));
    await game.rollBack(bet);
  }),
  told(
    'bonus',
    'a bonus is told when granted, at every progress and when completed',
    ['BonusGranted', 'BonusWageringProgressed', 'BonusCompleted'],
    async ({ bonuses, game }) => {
      const bonus = await bonuses.grant(WELCOME, 1_00n);
      for (const stake of [5_00n, 5_00n]) {
        await game.bet(stake);
        bonuses.progressed(bonus);
      }
      bonuses.completed(bonus, { converted: 1_00n, excess: 0n });
    },
  ),
  told(
    'bonus-cancelled',
    'a cancelled bonus is told, and one that waited',
    ['BonusQueued', 'BonusCancelled'],
    async (seat) => {
      const { bonuses } = seat;
      const first = await bonuses.grant(WELCOME, 50_00n);
      const second = await bonuses.queue(WELCOME, 10_00n);
      await bonuses.endBy('player', first);
      bonuses.cancelled(first);
      bonuses.granted(second);
    },
  ),
  told(
    'bonus-lost',
    'a lost bonus is told',
    ['BonusCancelled'],
    async ({ bonuses, game }) => {
      const bonus = await bonuses.grant(WELCOME, 1_00n);
      const bet = await game.bet(2_00n, { split: cashFirst(2_00n, 1_00n) });
      bonuses.progressed(bonus);
      await game.win(bet, 0n);
      bonuses.cancelled(bonus, 'lost');
    },
    1_00n,
  ),
  told('below-zero', 'a balance below zero is told as 0', ['DepositReversed'], async ({ payments, game }) => {
    const deposit = await payments.deposit(50_00n);
    await game.bet(120_00n);
    await payments.reverseDeposit(deposit);
  }),
  told(
    'not-told',
    'limits, game sessions and tombstones are not told',
    ['LimitChanged', 'GameSessionStarted', 'GameSessionEnded', 'RollbackTombstoned'],
    async ({ account, game, player, sessionId }) => {
      await account.setLimit();
      await game.ask('rollback', game.rollbackJson({ id: player.inquiry.id('bet'), roundId: 'never' }));
      player.story.tell('RollbackTombstoned');
      await account.endSession(sessionId);
    },
  ),
];
