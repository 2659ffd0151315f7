import { z } from 'zod';
import type { Answer } from '../evidence/wire.js';
import { CURRENCY, euros } from '../seat/player.js';
import type { Seat } from '../seat/seat.js';
import { judgePostings, judgeTypes, readEvents } from './events.js';

/** The balance in an answer to the provider is what the certificate's own arithmetic comes to. */
export function judgeAnswer(seat: Seat, what: string, answer: Answer): void {
  const { inquiry } = seat.player;
  inquiry.compare(`the balance in the answer to ${what}`, answer.body.balance, playable(seat), [answer.n]);
}

/** Everyone who is asked says the same: the events, the ledger's accounts, the player's page and the wallet. */
export async function judgeMoney(seat: Seat): Promise<void> {
  const seen = await readEvents(seat);
  judgeTypes(seat, seen);
  judgePostings(seat, seen);
  await judgeAccounts(seat);
  await judgeReadBalance(seat);
  await judgeWalletBalance(seat);
}

/** Nothing has moved and nothing was recorded but what the story says. */
export async function judgeNothingElse(seat: Seat): Promise<void> {
  judgeTypes(seat, await readEvents(seat));
  await judgeAccounts(seat);
}

const accountsSchema = z.object({ accounts: z.array(z.object({ account: z.string(), balance: z.string() })) });

async function judgeAccounts({ player }: Seat): Promise<void> {
  const prefix = `player:${player.id}:`;
  const answer = await player.read({ as: 'back_office', to: `/backoffice/ledger/accounts?prefix=${prefix}` });
  const accounts = accountsSchema.safeParse(answer.body).data?.accounts ?? [];
  const found = Object.fromEntries(accounts.map(({ account, balance }) => [account.slice(prefix.length), balance]));
  const expected = Object.entries(player.story.holdings).map(([name, units]) => [name, euros(units)] as const);
  player.inquiry.compare(
    "the player's accounts in the ledger",
    // An account on which nothing ever moved is not there.
    Object.fromEntries(expected.map(([name]) => [name, found[name] ?? euros(0n)])),
    Object.fromEntries(expected),
    [answer.n],
  );
}

async function judgeReadBalance({ player }: Seat): Promise<void> {
  const { cash, bonus, withdrawal } = player.story.holdings;
  const answer = await player.read({ as: 'player', to: '/me/balance', token: player.token });
  const expected = { cash: euros(cash), bonus: euros(bonus), withdrawal: euros(withdrawal), currency: CURRENCY };
  player.inquiry.compare('the balance that the player reads', answer.body, expected, [answer.n]);
}

async function judgeWalletBalance(seat: Seat): Promise<void> {
  const answer = await seat.game.balance();
  seat.player.inquiry.compare('the balance that the provider reads', answer.body.balance, playable(seat), [answer.n]);
}

/** What can be played with: cash and bonus apart. */
function playable({ player }: Seat) {
  const { cash, bonus } = player.story.holdings;
  return { cash: euros(cash), bonus: euros(bonus), currency: CURRENCY };
}
