import type { Case } from '../case.js';
import { judgeAnswer, judgeMoney } from '../judge/money.js';
import { mustBe, mustRefuse } from '../seat/player.js';
import { type Seat, takeSeat } from '../seat/seat.js';

// Check 3: what a rollback undoes, what it must not touch, and that a transaction that never came never will.

function rule(id: string, title: string, play: (seat: Seat) => Promise<void>): Case {
  return {
    ...{ id: `rollbacks.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, 100_00n);
      await play(seat);
      await judgeMoney(seat);
    },
  };
}

export const ROLLBACK_CASES: readonly Case[] = [
  rule('bet', 'the rollback of a bet gives its stake back', async (seat) => {
    const bet = await seat.game.bet(10_00n);
    judgeAnswer(seat, 'the rollback', (await seat.game.rollBack(bet)).answer);
  }),
  rule('win', 'the rollback of a win takes it back', async (seat) => {
    const win = await seat.game.win(await seat.game.bet(10_00n), 25_00n);
    judgeAnswer(seat, 'the rollback', (await seat.game.rollBack(win)).answer);
  }),
  rule('win-spent', 'the rollback of a win that was spent leaves cash below zero', async (seat) => {
    const { game } = seat;
    const win = await game.win(await game.bet(10_00n), 50_00n);
    await game.bet(120_00n);
    judgeAnswer(seat, 'the rollback', (await game.rollBack(win)).answer);
  }),
  rule('repeated', 'a repeated rollback gets its first answer, byte for byte', async (seat) => {
    const { game, player } = seat;
    const rollback = await game.rollBack(await game.bet(10_00n));
    const again = await game.ask('rollback', rollback.json);
    const of = [rollback.answer.n, again.n];
    player.inquiry.compare('the answer to the repeat', again.text, rollback.answer.text, of);
    player.inquiry.compare('Idempotency-Replayed', again.replayed, true, of);
  }),
  rule('second-id', 'a second rollback under another id changes nothing and says so', async (seat) => {
    const { game, player } = seat;
    const bet = await game.bet(10_00n);
    const first = await game.rollBack(bet);
    await game.bet(5_00n);
    const json = game.rollbackJson(bet);
    const second = await game.ask('rollback', json);
    mustBe(player.inquiry, 'a second rollback', second);
    player.inquiry.compare('its id', second.body.transaction_id, json.transaction_id, [second.n]);
    const { balance } = first.answer.body;
    player.inquiry.compare('its balance is that of the first', second.body.balance, balance, [
      first.answer.n,
      second.n,
    ]);
  }),
  rule(
    'unseen',
    'the rollback of what never came is 404 and leaves a tombstone: the late bet is refused',
    async (seat) => {
      const { game, player } = seat;
      const late = game.betJson(10_00n);
      const of = { id: late.transaction_id, roundId: late.round_id };
      mustRefuse(
        player.inquiry,
        'the rollback of a bet that never came',
        await game.ask('rollback', game.rollbackJson(of)),
        404,
        'transaction_not_found',
      );
      player.story.tell('RollbackTombstoned');
      mustRefuse(player.inquiry, 'the bet that came late', await game.ask('bet', late), 409, 'transaction_rolled_back');
    },
  ),
  rule('unseen-repeated', 'a repeat of that rollback gets the same 404 and records nothing more', async (seat) => {
    const { game, player } = seat;
    const never = { id: player.inquiry.id('bet'), roundId: player.inquiry.id('round') };
    const json = game.rollbackJson(never);
    const first = await game.ask('rollback', json);
    mustRefuse(player.inquiry, 'the rollback of a bet that never came', first, 404, 'transaction_not_found');
    player.story.tell('RollbackTombstoned');
    const again = await game.ask('rollback', json);
    player.inquiry.compare('the answer to the repeat', again.text, first.text, [first.n, again.n]);
    const other = await game.ask('rollback', game.rollbackJson(never));
    mustRefuse(player.inquiry, 'a rollback of it under another id', other, 404, 'transaction_not_found');
  }),
  rule('unseen-win', 'a win that names the tombstoned bet is refused', async (seat) => {
    const { game, player } = seat;
    const never = { id: player.inquiry.id('bet'), gameId: 'slot_abc', roundId: player.inquiry.id('round') };
    await game.ask('rollback', game.rollbackJson(never));
    player.story.tell('RollbackTombstoned');
    const win = await game.ask('win', game.winJson(never, 10_00n));
    mustRefuse(player.inquiry, 'a win of a bet that will never be', win, 409, 'transaction_rolled_back');
  }),
  rule('win-after', 'a win of a bet that was rolled back is refused', async (seat) => {
    const { game, player } = seat;
    const bet = await game.bet(10_00n);
    await game.rollBack(bet);
    const win = await game.ask('win', game.winJson(bet, 20_00n));
    mustRefuse(player.inquiry, 'a win after the rollback', win, 409, 'transaction_rolled_back');
  }),
  rule('settled', 'a bet with a standing win is not rolled back', async (seat) => {
    const { game, player } = seat;
    const bet = await game.bet(10_00n);
    await game.win(bet, 20_00n);
    const answer = await game.ask('rollback', game.rollbackJson(bet));
    mustRefuse(player.inquiry, 'the rollback of a settled bet', answer, 409, 'transaction_already_settled');
  }),
  rule('unsettled', 'once its win was rolled back, the bet may be too', async (seat) => {
    const { game } = seat;
    const bet = await game.bet(10_00n);
    await game.rollBack(await game.win(bet, 20_00n));
    await game.rollBack(bet);
  }),
  rule('rollback-of-rollback', 'a rollback cannot be rolled back', async (seat) => {
    const { game, player } = seat;
    const rollback = await game.rollBack(await game.bet(10_00n));
    const answer = await game.ask('rollback', game.rollbackJson(rollback));
    mustRefuse(player.inquiry, 'the rollback of a rollback', answer, 404, 'transaction_not_found');
  }),
  rule('other-round', 'a rollback that names another round is 404 and leaves no tombstone', async (seat) => {
    const { game, player } = seat;
    const bet = await game.bet(10_00n);
    const answer = await game.ask('rollback', game.rollbackJson({ ...bet, roundId: player.inquiry.id('round') }));
    mustRefuse(player.inquiry, 'a rollback with another round', answer, 404, 'transaction_not_found');
    await game.win(bet, 30_00n);
  }),
  rule('after-session', 'wins and rollbacks are taken after the session has ended', async (seat) => {
    const { game, account, sessionId, player } = seat;
    const [won, undone] = [await game.bet(10_00n), await game.bet(5_00n)];
    await account.endSession(sessionId);
    mustRefuse(
      player.inquiry,
      'a bet in the ended session',
      await game.ask('bet', game.betJson(1_00n)),
      422,
      'session_ended',
    );
    await game.win(won, 20_00n);
    await game.rollBack(undone);
  }),
  rule('while-blocked', 'wins and rollbacks are taken while the player is blocked, bets are not', async (seat) => {
    const { game, account, player } = seat;
    const [won, undone] = [await game.bet(10_00n), await game.bet(5_00n)];
    await account.block('self_exclusion', true);
    mustRefuse(
      player.inquiry,
      'a bet of a blocked player',
      await game.ask('bet', game.betJson(1_00n)),
      422,
      'player_blocked',
    );
    await game.win(won, 20_00n);
    await game.rollBack(undone);
  }),
];
