import type { Case } from '../case.js';
import type { Answer } from '../evidence/wire.js';
import { judgeNothingElse } from '../judge/money.js';
import { euros, mustBe, mustRefuse, newPerson } from '../seat/player.js';
import { type Seat, takeSeat } from '../seat/seat.js';

// Check 2: a call is one call however often it is sent, and an id is never used for two things.

function rule(id: string, title: string, play: (seat: Seat) => Promise<void>): Case {
  return {
    ...{ id: `idempotency.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, 100_00n);
      await play(seat);
      await judgeNothingElse(seat);
    },
  };
}

/** The repeat has the first answer's bytes, and says that it is a repeat. */
function sameAnswer({ player: { inquiry } }: Seat, first: Answer, again: Answer): void {
  const of = [first.n, again.n];
  inquiry.compare('the answer to the repeat, byte for byte', again.text, first.text, of);
  inquiry.compare('Idempotency-Replayed of the first', first.replayed, false, of);
  inquiry.compare('Idempotency-Replayed of the repeat', again.replayed, true, of);
}

function conflict({ player: { inquiry } }: Seat, what: string, answer: Answer): void {
  mustRefuse(inquiry, what, answer, 409, 'idempotency_conflict');
}

/** The same credit twice is one bonus; another amount under its key is refused. */
async function creditTwice(seat: Seat, headers: { readonly [name: string]: string }): Promise<void> {
  const { bonuses, player } = seat;
  const first = await bonuses.ask('welcome_bonus_50', 50_00n, headers);
  mustBe(player.inquiry, 'a credit', first);
  bonuses.granted({ bonusId: 'welcome_bonus_50', userBonusId: String(first.body.user_bonus_id), units: 50_00n });
  sameAnswer(seat, first, await bonuses.ask('welcome_bonus_50', 50_00n, headers));
  conflict(seat, 'another amount under the same key', await bonuses.ask('welcome_bonus_50', 49_00n, headers));
}

export const IDEMPOTENCY_CASES: readonly Case[] = [
  rule('bet-repeated', 'a repeated bet gets its first answer, byte for byte, and moves nothing', async (seat) => {
    const { json, answer } = await seat.game.bet(10_00n);
    await seat.game.bet(5_00n);
    sameAnswer(seat, answer, await seat.game.ask('bet', json));
  }),
  rule('win-repeated', 'a repeated win gets its first answer, byte for byte, and pays nothing', async (seat) => {
    const { json, answer } = await seat.game.win(await seat.game.bet(10_00n), 20_00n);
    sameAnswer(seat, answer, await seat.game.ask('win', json));
  }),
  rule('play-repeated', 'a repeated play gets its first answer, byte for byte, and plays nothing', async (seat) => {
    const json = seat.game.playJson(10_00n, 20_00n);
    const first = await seat.game.ask('play', json);
    mustBe(seat.player.inquiry, 'a play', first);
    const { bet, win } = { bet: { cash: 10_00n, bonus: 0n }, win: { cash: 20_00n, bonus: 0n } };
    seat.player.story.tell('RoundPlayed', { legs: [...seat.player.table.bet(bet), ...seat.player.table.win(win)] });
    sameAnswer(seat, first, await seat.game.ask('play', json));
  }),
  rule('many-at-once', 'twenty copies of a bet at once are one bet with one answer', async (seat) => {
    const { game, player } = seat;
    const json = game.betJson(10_00n);
    const answers = await Promise.all(Array.from({ length: 20 }, () => game.ask('bet', json)));
    const of = answers.map(({ n }) => n);
    player.inquiry.compare('different answers', new Set(answers.map(({ text }) => text)).size, 1, of);
    player.inquiry.compare('accepted', answers.filter(({ status }) => status === 200).length, 20, of);
    player.inquiry.compare('not a replay', answers.filter(({ replayed }) => !replayed).length, 1, of);
    player.story.tell('BetPlaced', { legs: player.table.bet({ cash: 10_00n, bonus: 0n }) });
  }),
  rule('by-value', '10, 10.0, "10.00" and the number 10 are one amount', async (seat) => {
    const { json, answer } = await seat.game.bet(10_00n);
    for (const amount of ['10', '10.0', 10]) {
      const again = await seat.game.ask('bet', { ...json, amount });
      const what = `the answer to the repeat with ${JSON.stringify(amount)}`;
      seat.player.inquiry.compare(what, again.text, answer.text, [answer.n, again.n]);
    }
  }),
  rule('not-compared', 'session_id is not compared: a retry of another session is a retry', async (seat) => {
    const { json, answer } = await seat.game.bet(10_00n);
    sameAnswer(seat, answer, await seat.game.ask('bet', { ...json, session_id: seat.player.inquiry.id('session') }));
  }),
  rule('other-amount', 'the same id with another amount is refused and moves nothing', async (seat) => {
    const { json } = await seat.game.bet(10_00n);
    conflict(seat, 'another amount', await seat.game.ask('bet', { ...json, amount: euros(10_01n) }));
  }),
  rule('other-round', 'the same id in another round or game is refused and moves nothing', async (seat) => {
    const { game, player } = seat;
    const { json } = await game.bet(10_00n);
    const round_id = player.inquiry.id('round');
    conflict(seat, 'another round', await game.ask('bet', { ...json, round_id }));
    conflict(seat, 'another game', await game.ask('bet', { ...json, game_id: 'table_blackjack' }));
  }),
  rule('other-kind', 'one space of ids: a bet, a win and a rollback cannot share one', async (seat) => {
    const { game } = seat;
    const bet = await game.bet(10_00n);
    const transaction_id = bet.id;
    conflict(
      seat,
      'a win under the id of a bet',
      await game.ask('win', { ...game.winJson(bet, 5_00n), transaction_id }),
    );
    const other = await game.bet(1_00n);
    const rollback = { ...game.rollbackJson(other), transaction_id };
    conflict(seat, 'a rollback under the id of a bet', await game.ask('rollback', rollback));
  }),
  rule('other-reference', 'a win under the same id of another bet is refused and pays nothing', async (seat) => {
    const { game } = seat;
    const [one, other] = [await game.bet(10_00n), await game.bet(10_00n)];
    const { json } = await game.win(one, 5_00n);
    const { id: reference_transaction_id, roundId: round_id } = other;
    conflict(seat, 'a win of another bet', await game.ask('win', { ...json, reference_transaction_id, round_id }));
  }),
  rule('play-halves', 'a play is a kind of its own: its ids are no bet and no win', async (seat) => {
    const { game, player } = seat;
    const json = game.playJson(10_00n, 5_00n);
    mustBe(player.inquiry, 'a play', await game.ask('play', json));
    const legs = [...player.table.bet({ cash: 10_00n, bonus: 0n }), ...player.table.win({ cash: 5_00n, bonus: 0n })];
    player.story.tell('RoundPlayed', { legs });
    const asBet = { ...game.betJson(10_00n, { roundId: json.round_id }), ...json.bet };
    conflict(seat, "the play's bet alone", await game.ask('bet', asBet));
    const half = { ...json, win: { ...json.win, transaction_id: player.inquiry.id('win') } };
    conflict(seat, 'a play with one id that was seen', await game.ask('play', half));
  }),
  rule('refusal-forgotten', 'a refusal is not remembered: the same id is decided afresh', async (seat) => {
    const { game, payments, player } = seat;
    const json = game.betJson(150_00n);
    mustRefuse(player.inquiry, 'a bet without funds', await game.ask('bet', json), 422, 'insufficient_funds');
    await payments.deposit(50_00n);
    const again = await game.ask('bet', json);
    mustBe(player.inquiry, 'the same bet with funds', again);
    player.story.tell('BetPlaced', { legs: player.table.bet({ cash: 150_00n, bonus: 0n }) });
  }),
  {
    id: 'idempotency.other-player',
    title: 'the same id at another player is another transaction',
    async gather(inquiry) {
      const [one, other] = [await takeSeat(inquiry, 100_00n), await takeSeat(inquiry, 100_00n)];
      const { json } = await one.game.bet(10_00n);
      const theirs = { ...json, player_id: other.player.id, session_id: other.sessionId };
      const answer = await other.game.ask('bet', theirs);
      mustBe(inquiry, 'the same id at another player', answer);
      inquiry.compare('Idempotency-Replayed', answer.replayed, false, [answer.n]);
      other.player.story.tell('BetPlaced', { legs: other.player.table.bet({ cash: 10_00n, bonus: 0n }) });
      await judgeNothingElse(one);
      await judgeNothingElse(other);
    },
  },
  rule('callback-repeated', "a repeated report of the PSP's is one deposit", async (seat) => {
    const { payments, player } = seat;
    const deposit = await payments.deposit(20_00n);
    // With a reference of its own: that is kept, not compared.
    mustBe(player.inquiry, 'the report again', await payments.callback(deposit.id, 'completed'));
    const late = await payments.callback(deposit.id, 'failed');
    mustRefuse(player.inquiry, 'the report that it failed', late, 409, 'invalid_transition');
  }),
  rule('deposit-repeated', 'a deposit asked for twice under one key is one payment', async (seat) => {
    const { payments, player } = seat;
    const key = player.inquiry.id('key');
    const first = await payments.ask('deposits', 20_00n, key);
    player.story.tell('DepositRequested');
    sameAnswer(seat, first, await payments.ask('deposits', 20_00n, key));
    conflict(seat, 'another amount under the key', await payments.ask('deposits', 21_00n, key));
  }),
  rule('withdrawal-repeated', 'a withdrawal asked for twice under one key holds the money once', async (seat) => {
    const { account, payments, player } = seat;
    await account.block('fraud', true);
    const key = player.inquiry.id('key');
    const first = await payments.ask('withdrawals', 20_00n, key);
    player.story.tell('WithdrawalRequested', { legs: player.table.withdrawalRequested(20_00n) });
    sameAnswer(seat, first, await payments.ask('withdrawals', 20_00n, key));
  }),
  rule('credit-repeated', 'a credit under one X-Fasttrack-Id is one bonus', async (seat) => {
    await creditTwice(seat, { 'X-Fasttrack-Id': seat.player.inquiry.id('credit') });
  }),
  rule('credit-action', 'a credit under one activity, action and trigger is one bonus', async (seat) => {
    const activity = seat.player.inquiry.id('activity');
    await creditTwice(seat, {
      ...{ 'X-Fasttrack-Activityid': activity, 'X-Fasttrack-Actionid': 'credit' },
      'X-Fasttrack-Triggerhash': 'hash',
    });
  }),
  {
    id: 'idempotency.registration-repeated',
    title: 'a registration sent twice is one player; the address with another password is refused',
    async gather(inquiry) {
      const json = newPerson();
      const headers = { 'Idempotency-Key': inquiry.id('key') };
      const register = (body: object) =>
        inquiry.wire.send({ as: 'player', method: 'POST', to: '/players', headers, json: body });
      const first = await register(json);
      mustBe(inquiry, 'a registration', first, 201);
      const again = await register(json);
      const ids = [first, again].map(({ body }) => body.player_id);
      inquiry.compare('the player of the repeat', ids[1], ids[0], [first.n, again.n]);
      const other = await register({ ...json, password: `${json.password}!` });
      inquiry.compare('another password is accepted', other.status < 400, false, [other.n]);
    },
  },
];
