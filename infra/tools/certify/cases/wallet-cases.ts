import type { Case } from '../case.js';
import type { Inquiry } from '../inquiry.js';
import { judgeAnswer, judgeMoney } from '../judge/money.js';
import { mustRefuse } from '../seat/player.js';
import { type Seat, takeSeat } from '../seat/seat.js';

// Check 1: every row of the posting table that has no bonus in it, and what keeps the arithmetic right.

/** A row of the table: what leads to it, then whether the money is right everywhere. */
function row(id: string, title: string, play: (seat: Seat) => Promise<void>, cash = 100_00n): Case {
  return {
    ...{ id: `wallet.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, cash);
      await play(seat);
      await judgeMoney(seat);
    },
  };
}

/** A withdrawal that stands as requested until somebody decides, also where approval is automatic: fraud holds it. */
async function heldWithdrawal({ account, payments }: Seat, units: bigint) {
  await account.block('fraud', true);
  return payments.requestWithdrawal(units);
}

async function paidOut({ payments }: Seat, units: bigint) {
  const withdrawal = await payments.requestWithdrawal(units);
  await payments.approveWithdrawal(withdrawal);
  await payments.completeWithdrawal(withdrawal);
  return withdrawal;
}

export const WALLET_CASES: readonly Case[] = [
  row('deposit-completed', 'a completed deposit goes from the PSP to cash', async ({ payments }) => {
    await payments.deposit(25_01n);
  }),
  row('deposit-failed', 'a failed deposit moves nothing, and late money is credited', async ({ payments }) => {
    const deposit = await payments.requestDeposit(30_00n);
    await payments.failDeposit(deposit);
    await payments.completeDeposit(deposit);
  }),
  row('deposit-reversed', 'a chargeback takes the deposit back, even below zero', async ({ payments, game }) => {
    const deposit = await payments.deposit(50_00n);
    await game.bet(120_00n);
    await payments.reverseDeposit(deposit);
  }),
  row('withdrawal-requested', 'a requested withdrawal is held: it is neither paid nor playable', async (seat) => {
    await heldWithdrawal(seat, 40_00n);
  }),
  row('withdrawal-completed', 'a paid withdrawal goes from what is held to the PSP', async (seat) => {
    await paidOut(seat, 40_00n);
  }),
  row('withdrawal-rejected', 'a rejected withdrawal goes back to cash', async (seat) => {
    await seat.payments.rejectWithdrawal(await heldWithdrawal(seat, 40_00n));
  }),
  row('withdrawal-cancelled', 'a withdrawal that the player cancels goes back to cash', async (seat) => {
    await seat.payments.cancelWithdrawal(await heldWithdrawal(seat, 40_00n));
  }),
  row('withdrawal-failed', 'a withdrawal that the PSP could not pay goes back to cash', async ({ payments }) => {
    const withdrawal = await payments.requestWithdrawal(40_00n);
    await payments.approveWithdrawal(withdrawal);
    await payments.failWithdrawal(withdrawal);
  }),
  row('withdrawal-reversed', 'a payout that came back goes from the PSP to cash', async (seat) => {
    await seat.payments.reverseWithdrawal(await paidOut(seat, 40_00n));
  }),
  row('bet', 'a bet goes from cash to the wagers of its provider', async (seat) => {
    const { answer } = await seat.game.bet(10_01n);
    judgeAnswer(seat, 'the bet', answer);
  }),
  row('win', 'a win goes from the payouts of its provider to cash', async (seat) => {
    const bet = await seat.game.bet(10_00n);
    judgeAnswer(seat, 'the bet', bet.answer);
    const { answer } = await seat.game.win(bet, 25_99n);
    judgeAnswer(seat, 'the win', answer);
  }),
  row('win-of-nothing', 'a win of 0 closes a losing round and moves nothing', async (seat) => {
    const { answer } = await seat.game.win(await seat.game.bet(10_00n), 0n);
    judgeAnswer(seat, 'the win of 0', answer);
  }),
  row('several-wins', 'a bet may win several times', async (seat) => {
    const bet = await seat.game.bet(10_00n);
    await seat.game.win(bet, 5_00n, { roundClosed: false });
    const { answer } = await seat.game.win(bet, 7_50n);
    judgeAnswer(seat, 'the second win', answer);
  }),
  row('play', 'a play is bet and win in one event', async (seat) => {
    judgeAnswer(seat, 'the play', await seat.game.play(10_00n, 12_34n));
  }),
  row('cents', 'a hundred bets of one cent and their wins come out to the cent', async (seat) => {
    for (let round = 0; round < 50; round += 1) {
      const bet = await seat.game.bet(1n);
      const { answer } = await seat.game.win(bet, BigInt(round % 3));
      judgeAnswer(seat, `win ${round + 1}`, answer);
    }
  }),
  row('funds', 'a bet above what is there is refused, with the balance, and moves nothing', async (seat) => {
    const answer = await seat.game.ask('bet', seat.game.betJson(100_01n));
    mustRefuse(seat.player.inquiry, 'a bet of 100.01', answer, 422, 'insufficient_funds');
    judgeAnswer(seat, 'the bet that was refused', answer);
    await seat.game.bet(100_00n);
  }),
  row('below-zero', 'while cash is below zero, bets are refused and withdrawals too', async (seat) => {
    const { payments, game, player } = seat;
    const deposit = await payments.deposit(50_00n);
    await game.bet(150_00n);
    await payments.reverseDeposit(deposit);
    const bet = await game.ask('bet', game.betJson(1n));
    mustRefuse(player.inquiry, 'a bet below zero', bet, 422, 'insufficient_funds');
    judgeAnswer(seat, 'the bet that was refused', bet);
    const withdrawal = await payments.ask('withdrawals', 1n);
    mustRefuse(player.inquiry, 'a withdrawal below zero', withdrawal, 422, 'insufficient_funds');
  }),
  {
    id: 'wallet.decimals',
    title: "amounts have their currency's decimals: more are refused, never rounded",
    gather: refusedAmounts,
  },
  row('parallel', 'ten bets at once take what is there, and not a cent more', async (seat) => {
    const { game, player } = seat;
    const bodies = Array.from({ length: 10 }, () => game.betJson(30_00n));
    const answers = await Promise.all(bodies.map((json) => game.ask('bet', json)));
    const taken = answers.filter(({ status }) => status === 200).length;
    player.inquiry.compare('bets of 30.00 taken of 100.00', taken, 3);
    const refused = answers.filter(({ status }) => status !== 200).map(({ body }) => body.code);
    player.inquiry.compare('why the others are refused', [...new Set(refused)], ['insufficient_funds']);
    for (let bet = 0; bet < taken; bet += 1) {
      player.story.tell('BetPlaced', { legs: player.table.bet({ cash: 30_00n, bonus: 0n }) });
    }
  }),
];

async function refusedAmounts(inquiry: Inquiry): Promise<void> {
  const seat = await takeSeat(inquiry, 100_00n);
  const { game } = seat;
  const wrong = [
    ['10.001', 'EUR', 422, 'invalid_amount'],
    ['10.5', 'JPY', 422, 'invalid_amount'],
    ['1.2345', 'KWD', 422, 'invalid_amount'],
    ['0.00', 'EUR', 422, 'invalid_amount'],
    ['-1.00', 'EUR', 400, 'malformed'],
    ['1e1', 'EUR', 400, 'malformed'],
    ['10.00', 'USD', 422, 'currency_mismatch'],
  ] as const;
  for (const [amount, currency, status, code] of wrong) {
    const answer = await game.ask('bet', { ...game.betJson(1n), amount, currency });
    mustRefuse(inquiry, `a bet of ${amount} ${currency}`, answer, status, code);
  }
  const { answer } = await game.bet(10_00n);
  judgeAnswer(seat, 'the bet of 10.00 EUR', answer);
  await judgeMoney(seat);
}
