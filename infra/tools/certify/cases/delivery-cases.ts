import { z } from 'zod';
import type { Case } from '../case.js';
import { type Answer, NotGathered } from '../evidence/wire.js';
import { keyOf, sequenceOf } from '../fast-track/messages.js';
import { compareLists, type Inquiry } from '../inquiry.js';
import {
  type Heard,
  hear,
  judgeContent,
  judgeKeys,
  judgeNoneRefused,
  judgeOrder,
  judgeTimestamps,
  judgeWholeness,
} from '../judge/timeline.js';
import { mustBe } from '../seat/player.js';
import { type Seat, takeSeat } from '../seat/seat.js';
import { WELCOME } from './bonus-cases.js';

// Check 5, how the messages travel: in order, whole, once, and never before the Operator API knows.

/** A life with something of everything, of which the whole timeline is judged. */
async function liveThrough(seat: Seat): Promise<Heard> {
  const { account, bonuses, game, payments } = seat;
  await account.logIn();
  const bonus = await bonuses.grant(WELCOME, 50_00n);
  const bet = await game.bet(5_00n);
  bonuses.progressed(bonus);
  const win = await game.win(bet, 12_50n, { roundClosed: false });
  await game.rollBack(win);
  await game.win(bet, 0n);
  await bonuses.endBy('back_office', bonus);
  bonuses.cancelled(bonus);
  for (let round = 0; round < 5; round += 1) await game.play(2_00n, 3_00n);
  await account.changeDetails();
  await payments.deposit(10_00n);
  const withdrawal = await payments.requestWithdrawal(20_00n);
  await payments.approveWithdrawal(withdrawal);
  await payments.completeWithdrawal(withdrawal);
  return hear(seat);
}

function life(id: string, title: string, judge: (seat: Seat, heard: Heard) => Promise<void> | void): Case {
  return {
    ...{ id: `fast_track.${id}`, title },
    async gather(inquiry) {
      const seat = await takeSeat(inquiry, 100_00n);
      await judge(seat, await liveThrough(seat));
    },
  };
}

const ASKED_BACK = 5;

export const DELIVERY_CASES: readonly Case[] = [
  life('order', 'a player’s messages arrive in the order in which things happened', judgeOrder),
  life('whole', 'nothing is left out of a whole life, and nothing is added', (seat, heard) => {
    judgeWholeness(seat, heard);
    judgeContent(seat, heard);
    judgeTimestamps(seat, heard);
    judgeNoneRefused(seat, heard);
  }),
  life('keys', 'each message has a key of its own that names its event', judgeKeys),
  life('timeline', 'the timeline that staging shows is what it took', async ({ player }, { taken }) => {
    const shown = await timelineOf(player.inquiry, player.id);
    compareLists(
      player.inquiry,
      'the timeline',
      shown.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.idempotency_key] : [])),
      taken.map(keyOf),
      [shown.answer.n],
    );
  }),
  {
    id: 'fast_track.read-first',
    title: 'when Fast Track has heard of a change, the Operator API already has it',
    gather: askBack,
  },
  {
    id: 'fast_track.refused',
    title: 'a message that was refused comes again, and nothing overtakes it',
    alone: true,
    gather: (inquiry) => whileFaulty(inquiry, { mode: 'status', status: 503, count: 2 }),
  },
  {
    id: 'fast_track.answer-lost',
    title: 'a message whose answer was lost comes again under its key, and counts once',
    alone: true,
    gather: (inquiry) => whileFaulty(inquiry, { mode: 'drop', count: 1 }),
  },
  {
    id: 'fast_track.campaign',
    title: 'a campaign that a deposit triggers credits its bonus once, and that is told',
    alone: true,
    gather: campaign,
  },
];

async function askBack(inquiry: Inquiry): Promise<void> {
  const seat = await takeSeat(inquiry);
  const { player, account } = seat;
  for (let change = 0; change < ASKED_BACK; change += 1) {
    const subscribed = await account.changeConsents();
    const revision = player.story.happenings.length - 1;
    const messages = await inquiry.inbox.of(player.id, (all) =>
      all.some((message) => message.taken && sequenceOf(message) === revision),
    );
    const isHeard = messages.some((message) => sequenceOf(message) === revision);
    inquiry.compare(`change ${change + 1} was heard`, isHeard, true);
    // As Fast Track asks: without saying how new the answer must be.
    const to = `/operator/consents/${player.id}`;
    const answer = await inquiry.wire.send({ as: 'fast_track', method: 'GET', to });
    inquiry.compare('the consent that Fast Track reads then', answer.body.email_opt_in, subscribed, [answer.n]);
  }
}

/** Staging misbehaves to this one player; what it had before was put to rest, and is put back in the end. */
async function whileFaulty(inquiry: Inquiry, fault: object): Promise<void> {
  const seat = await takeSeat(inquiry, 100_00n);
  await inquiry.inbox.of(seat.player.id, (all) => all.some(({ path }) => path.endsWith('/balances')));
  const { fastTrack } = inquiry.subject;
  const set = (json: object) => inquiry.wire.send({ as: 'auditor', method: 'POST', to: `${fastTrack}/faults`, json });
  mustBe(inquiry, "staging's fault", await set({ ...fault, user_id: seat.player.id }));
  try {
    await seat.game.bet(10_00n);
    await seat.game.play(5_00n, 7_00n);
    const heard = await hear(seat);
    const failed = heard.messages.filter(({ status }) => status !== 200);
    inquiry.compare('messages that failed', failed.length > 0, true, [heard.n]);
    judgeOrder(seat, heard);
    judgeContent(seat, heard);
    const keys = new Set(heard.messages.map(keyOf));
    inquiry.compare('each key was taken once', heard.taken.length, keys.size, [heard.n]);
  } finally {
    await set({ mode: 'none' });
  }
}

async function campaign(inquiry: Inquiry): Promise<void> {
  const { fastTrack } = inquiry.subject;
  const set = (enabled: boolean) =>
    inquiry.wire.send({
      ...{ as: 'auditor', method: 'PUT', to: `${fastTrack}/campaigns/first-deposit` },
      json: { enabled, trigger: 'first_deposit', segment: {}, bonus_id: WELCOME, amount: 50 },
    });
  mustBe(inquiry, 'the campaign', await set(true));
  const seat = await takeSeat(inquiry);
  const { player, payments, bonuses } = seat;
  try {
    await payments.deposit(100_00n);
    const bonus = await inquiry.inbox.of(player.id, (all) => all.some(({ path }) => path.endsWith('/bonus')));
    inquiry.compare(
      'the bonus was told',
      bonus.some(({ path }) => path.endsWith('/bonus')),
      true,
    );
  } finally {
    await set(false);
  }
  bonuses.granted({ bonusId: WELCOME, userBonusId: await grantedId(seat), units: 50_00n });
  // A second deposit is not the first.
  await payments.deposit(10_00n);
  const heard = await hear(seat);
  judgeContent(seat, heard);
  const shown = await timelineOf(inquiry, player.id);
  const runs = shown.entries.flatMap((entry) => (entry.kind === 'campaign' ? [entry.result] : []));
  compareLists(inquiry, 'what the campaign did', runs, ['credited'], [shown.answer.n]);
}

async function grantedId({ player }: Seat): Promise<string> {
  const answer = await player.read({ as: 'player', to: '/me/bonuses', token: player.token });
  const { data } = z.object({ bonuses: z.array(z.object({ user_bonus_id: z.string() })) }).safeParse(answer.body);
  const [first, ...others] = data?.bonuses ?? [];
  player.inquiry.compare('bonuses of the player', others.length + (first === undefined ? 0 : 1), 1, [answer.n]);
  return first?.user_bonus_id ?? '';
}

const timelineSchema = z.object({
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('message'), idempotency_key: z.string() }),
      z.object({ kind: z.literal('campaign'), result: z.string() }),
    ]),
  ),
});

async function timelineOf(inquiry: Inquiry, playerId: string) {
  const to = `${inquiry.subject.fastTrack}/timeline/${playerId}`;
  const answer: Answer = await inquiry.wire.send({ as: 'auditor', method: 'GET', to });
  const parsed = timelineSchema.safeParse(answer.body);
  if (!parsed.success) throw new NotGathered(`staging does not show the timeline of ${playerId}`);
  return { ...parsed.data, answer };
}
