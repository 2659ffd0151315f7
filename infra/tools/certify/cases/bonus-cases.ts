import type { Case } from '../case.js';
import { judgeMoney } from '../judge/money.js';
import { euros, mustRefuse } from '../seat/player.js';
import { type Seat, takeSeat } from '../seat/seat.js';
import { bonusFirst, cashFirst, forfeitedShare, lateShare, winShare } from './bonus-shares.js';

// Check 4: a bonus from its grant to every end that it may have. The templates are those of the sandbox's catalogue.

export const WELCOME = 'welcome_bonus_50';
const RELOAD = 'reload_bonus_25';
const STICKY = 'sticky_bonus_20';
const GIFT = 'cash_gift_5';

const DAY_MS = 24 * 3600 * 1000;

function rule(id: string, title: string, play: (seat: Seat) => Promise<void>, cash = 100_00n): Case {
  return {
    ...{ id: `bonuses.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, cash);
      await play(seat);
      await judgeMoney(seat);
    },
  };
}

/** Wagers a welcome bonus of 1.00 (requirement 10.00, cap 5.00); the last bet is 1.00 of cash and 0.50 of the bonus. */
async function wageredToTheEnd({ bonuses, game }: Seat) {
  const bonus = await bonuses.grant(WELCOME, 1_00n);
  for (const stake of [5_00n, 3_50n]) {
    await game.bet(stake);
    bonuses.progressed(bonus);
  }
  const last = await game.bet(1_50n, { split: cashFirst(1_50n, 1_00n) });
  bonuses.progressed(bonus);
  bonuses.completed(bonus, { converted: 50n, excess: 0n });
  return last;
}

/** A bet of 1.00 of cash and 2.00 of a bonus that is then cancelled. */
async function cancelledMeanwhile({ bonuses, game }: Seat) {
  const bonus = await bonuses.grant(WELCOME, 50_00n);
  const bet = await game.bet(3_00n, { split: cashFirst(3_00n, 1_00n) });
  bonuses.progressed(bonus);
  await bonuses.endBy('back_office', bonus);
  bonuses.cancelled(bonus);
  return bet;
}

async function judgeShown({ player, bonuses }: Seat, bonus: Parameters<Seat['bonuses']['shown']>[0], of: object) {
  const shown = await bonuses.shown(bonus);
  const found = Object.fromEntries(Object.keys(of).map((field) => [field, shown[field] ?? null]));
  player.inquiry.compare('the bonus as its player sees it', found, of);
}

export const BONUS_CASES: readonly Case[] = [
  rule('granted', 'a granted bonus is money of the house on the bonus account', async (seat) => {
    const bonus = await seat.bonuses.grant(WELCOME, 50_00n);
    await judgeShown(seat, bonus, { status: 'granted', amount: '50.00', wagered: '0.00', wagering_required: '500.00' });
  }),
  rule('expiry', 'a granted bonus has the end of its time: 30 days from the grant', async (seat) => {
    const bonus = await seat.bonuses.grant(WELCOME, 50_00n);
    const { expires_at, created_at } = await seat.bonuses.shown(bonus);
    const days = (Date.parse(String(expires_at)) - Date.parse(String(created_at))) / DAY_MS;
    seat.player.inquiry.compare('days from the grant to its end', Math.round(days * 1_000) / 1_000, 30);
  }),
  rule('wagering', 'stakes count towards the requirement as their game does: slots whole, tables not', async (seat) => {
    const bonus = await seat.bonuses.grant(WELCOME, 50_00n);
    await seat.game.bet(5_00n);
    seat.bonuses.progressed(bonus);
    await seat.game.bet(4_00n, { gameId: 'table_blackjack' });
    await judgeShown(seat, bonus, { status: 'granted', wagered: '5.00' });
  }),
  rule('contribution', 'where tables count 10 %, a tenth of the stake counts', async (seat) => {
    const bonus = await seat.bonuses.grant(RELOAD, 1_00n);
    await seat.game.bet(10_00n, { gameId: 'table_blackjack', split: bonusFirst(10_00n, 1_00n) });
    seat.bonuses.progressed(bonus);
    await judgeShown(seat, bonus, { status: 'granted', wagered: '1.00', wagering_required: '20.00' });
  }),
  rule(
    'mixed-stake',
    'the bonus part of a win is as that of its stake, rounded down; the rest is cash',
    async ({ bonuses, game }) => {
      const bonus = await bonuses.grant(WELCOME, 50_00n);
      const bet = await game.bet(5_00n, { split: cashFirst(5_00n, 3_00n) });
      bonuses.progressed(bonus);
      await game.win(bet, 10_01n, { share: winShare(10_01n, cashFirst(5_00n, 3_00n)) });
    },
    3_00n,
  ),
  rule(
    'max-bet',
    'a stake above what the bonus allows is refused and moves nothing',
    async ({ bonuses, game, player }) => {
      const bonus = await bonuses.grant(WELCOME, 50_00n);
      const answer = await game.ask('bet', game.betJson(5_01n));
      mustRefuse(player.inquiry, 'a bet of 5.01', answer, 422, 'bonus_bet_limit_exceeded');
      await game.bet(5_00n);
      bonuses.progressed(bonus);
    },
  ),
  rule('rolled-back', 'the rollback of a bet takes back what it counted', async (seat) => {
    const bonus = await seat.bonuses.grant(WELCOME, 50_00n);
    const bet = await seat.game.bet(5_00n);
    seat.bonuses.progressed(bonus);
    await seat.game.rollBack(bet);
    seat.bonuses.progressed(bonus);
    await judgeShown(seat, bonus, { status: 'granted', wagered: '0.00' });
  }),
  rule('completed', 'a wagered bonus becomes cash', async (seat) => {
    const bonus = await seat.bonuses.grant(WELCOME, 1_00n);
    for (const stake of [5_00n, 5_00n]) {
      await seat.game.bet(stake);
      seat.bonuses.progressed(bonus);
    }
    seat.bonuses.completed(bonus, { converted: 1_00n, excess: 0n });
    await judgeShown(seat, bonus, { status: 'completed', wagered: '10.00', wagering_required: '10.00' });
  }),
  rule(
    'cap',
    'what is above the conversion cap goes back to the house',
    async ({ bonuses, game }) => {
      const bonus = await bonuses.grant(WELCOME, 1_00n);
      const split = cashFirst(1_50n, 50n);
      const bet = await game.bet(1_50n, { split });
      bonuses.progressed(bonus);
      await game.win(bet, 30_00n, { share: winShare(30_00n, split) });
      for (const stake of [5_00n, 3_50n]) {
        await game.bet(stake);
        bonuses.progressed(bonus);
      }
      bonuses.completed(bonus, { converted: 5_00n, excess: 15_00n });
    },
    50n,
  ),
  rule(
    'sticky',
    'of a sticky bonus only what was won above the granted amount becomes cash',
    async ({ bonuses, game }) => {
      // Five times deposit and bonus: 150.00.
      const bonus = await bonuses.grant(STICKY, 10_00n);
      for (const stake of [10_00n, 40_00n, 40_00n, 40_00n]) {
        const bet = await game.bet(stake, { split: bonusFirst(stake, stake) });
        bonuses.progressed(bonus);
        await game.win(bet, 40_00n, { share: { cash: 0n, bonus: 40_00n } });
      }
      await game.bet(20_00n, { split: bonusFirst(20_00n, 40_00n) });
      bonuses.progressed(bonus);
      bonuses.completed(bonus, { converted: 10_00n, excess: 10_00n });
    },
    20_00n,
  ),
  rule('wager-free', 'a bonus without a requirement is granted and completed at once', async ({ bonuses }) => {
    const bonus = await bonuses.grant(GIFT, 3_00n);
    bonuses.completed(bonus, { converted: 3_00n, excess: 0n });
  }),
  rule('cancelled-by-operator', 'a bonus that an operator cancels goes back to the house', async ({ bonuses }) => {
    const bonus = await bonuses.grant(WELCOME, 50_00n);
    await bonuses.endBy('back_office', bonus);
    bonuses.cancelled(bonus);
  }),
  rule('cancelled-by-player', 'a bonus that its player gives up goes back to the house', async ({ bonuses }) => {
    const bonus = await bonuses.grant(WELCOME, 50_00n);
    await bonuses.endBy('player', bonus);
    bonuses.cancelled(bonus);
  }),
  rule('forfeited', 'a withdrawal forfeits a bonus whose terms say so', async ({ bonuses, account, payments }) => {
    const bonus = await bonuses.grant(WELCOME, 50_00n);
    await account.block('fraud', true);
    await payments.requestWithdrawal(10_00n);
    bonuses.cancelled(bonus);
  }),
  rule('kept', 'a withdrawal leaves a bonus alone whose terms say so', async ({ bonuses, account, payments }) => {
    await bonuses.grant(RELOAD, 10_00n);
    await account.block('fraud', true);
    await payments.requestWithdrawal(10_00n);
  }),
  rule('blocked', 'self-exclusion ends the bonus and the game', async ({ bonuses, account }) => {
    const bonus = await bonuses.grant(WELCOME, 50_00n);
    await account.block('self_exclusion', true);
    bonuses.cancelled(bonus);
  }),
  rule(
    'lost',
    'a bonus that was played away, with no bet open, is lost',
    async ({ bonuses, game }) => {
      const bonus = await bonuses.grant(WELCOME, 1_00n);
      const bet = await game.bet(2_00n, { split: cashFirst(2_00n, 1_00n) });
      bonuses.progressed(bonus);
      await game.win(bet, 0n);
      bonuses.cancelled(bonus, 'lost');
    },
    1_00n,
  ),
  rule('deposit-reversed', 'the chargeback of the deposit that it came with ends the bonus', async (seat) => {
    const { bonuses, payments } = seat;
    const deposit = await payments.deposit(20_00n);
    const bonus = await bonuses.grant(WELCOME, 50_00n);
    await payments.reverseDeposit(deposit);
    bonuses.cancelled(bonus);
  }),
  rule('queue', 'one bonus is active, the next waits without money and starts when it ends', async (seat) => {
    const { bonuses } = seat;
    const first = await bonuses.grant(WELCOME, 50_00n);
    const second = await bonuses.queue(RELOAD, 10_00n);
    await judgeShown(seat, second, { status: 'queued', amount: '10.00' });
    await bonuses.endBy('back_office', first);
    bonuses.cancelled(first);
    bonuses.granted(second);
  }),
  rule(
    'late-win-completed',
    'a win after completion is cash as far as the cap leaves, the rest is the house’s',
    async (seat) => {
      const bet = await wageredToTheEnd(seat);
      // 0.50 of the cap of 5.00 is used.
      const share = lateShare(winShare(30_00n, cashFirst(1_50n, 1_00n)), 4_50n);
      await seat.game.win(bet, 30_00n, { share });
    },
    9_50n,
  ),
  rule(
    'late-win-cancelled',
    'of a win after cancellation the bonus part is the house’s',
    async (seat) => {
      const bet = await cancelledMeanwhile(seat);
      await seat.game.win(bet, 6_00n, { share: forfeitedShare(winShare(6_00n, cashFirst(3_00n, 1_00n))) });
    },
    1_00n,
  ),
  rule(
    'late-rollback-completed',
    'a rollback after completion gives the bonus part back as cash',
    async (seat) => {
      const bet = await wageredToTheEnd(seat);
      await seat.game.rollBack(bet, { share: { cash: 1_00n, bonus: 0n, converted: 50n } });
    },
    9_50n,
  ),
  rule(
    'late-rollback-cancelled',
    'a rollback after cancellation gives the bonus part back to the house',
    async (seat) => {
      const bet = await cancelledMeanwhile(seat);
      await seat.game.rollBack(bet, { share: forfeitedShare(cashFirst(3_00n, 1_00n)) });
    },
    1_00n,
  ),
  rule('refused', 'a credit that may not be is refused and moves nothing', async ({ bonuses, account, player }) => {
    const { inquiry } = player;
    const unknown = await bonuses.ask('no_such_bonus', 10_00n);
    mustRefuse(inquiry, 'a bonus that there is not', unknown, 422, 'bonus_not_available');
    mustRefuse(inquiry, `a credit of ${euros(100_01n)}`, await bonuses.ask(WELCOME, 100_01n), 422, 'invalid_amount');
    await account.block('operator', true);
    mustRefuse(inquiry, 'a credit to a blocked player', await bonuses.ask(WELCOME, 10_00n), 422, 'player_blocked');
  }),
];
