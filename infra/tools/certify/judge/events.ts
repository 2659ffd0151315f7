import { z } from 'zod';
import { amountOf } from '../../audit/ledger/minor-units.js';
import type { Leg } from '../arithmetic/posting-table.js';
import type { Happening } from '../arithmetic/story.js';
import { NotGathered } from '../evidence/wire.js';
import { compareLists } from '../inquiry.js';
import { CURRENCY, euros } from '../seat/player.js';
import type { Seat } from '../seat/seat.js';

const posting = z.object({
  account: z.string(),
  side: z.enum(['debit', 'credit']),
  amount: z.string(),
  currency: z.string(),
});
const moved = z.object({
  postings: z.array(posting),
  balances: z.object({ cash: z.string(), bonus: z.string(), withdrawal: z.string(), currency: z.string() }),
});
const eventSchema = z.object({
  revision: z.number(),
  event_id: z.string(),
  type: z.string(),
  recorded_at: z.string(),
  data: z.record(z.string(), z.unknown()),
});
const pageSchema = z.object({ events: z.array(eventSchema) });

export type SeenEvent = z.infer<typeof eventSchema>;

export type SeenEvents = {
  readonly events: readonly SeenEvent[];
  /** The number of the evidence. */
  readonly n: number;
  /** That of what it is compared with. */
  readonly own: number;
};

/** Every event of the player, as the back office shows them. @throws NotGathered */
export async function readEvents({ player }: Seat): Promise<SeenEvents> {
  const to = `/backoffice/players/${player.id}/timeline?limit=1000`;
  const answer = await player.look({ as: 'back_office', to });
  const page = pageSchema.safeParse(answer.body);
  if (!page.success) throw new NotGathered(`the back office does not show the events of ${player.id}`);
  const { events } = page.data;
  const n = player.inquiry.evidence.keep({ kind: 'events', player_id: player.id, events });
  return { events, n, own: keepArithmetic(player) };
}

/** Puts the certificate's own arithmetic beside what the platform says; answers its number. */
export function keepArithmetic({ id, story, inquiry }: Seat['player']): number {
  const events = story.happenings.map(({ type, legs, after }) => ({
    ...{ type, postings: legs.map(inWords).sort() },
    ...{ cash: euros(after.cash), bonus: euros(after.bonus), withdrawal: euros(after.withdrawal) },
  }));
  return inquiry.evidence.keep({ kind: 'arithmetic', player_id: id, events });
}

/** Exactly what must have happened was recorded, in that order: nothing twice, nothing besides. */
export function judgeTypes({ player }: Seat, { events, n, own }: SeenEvents): void {
  compareLists(
    player.inquiry,
    'the events that were recorded, in order',
    events.map(({ type }) => type),
    player.story.happenings.map(({ type }) => type),
    [n, own],
  );
}

/** Each event's legs are its row of the posting table, and its balances are what they add up to. */
export function judgePostings({ player }: Seat, { events, n, own }: SeenEvents): void {
  const { inquiry, story } = player;
  const pairs = story.happenings.map((happening, at) => ({ happening, event: events[at] }));
  const moving = pairs.filter(({ happening }) => happening.legs.length > 0);
  compareLists(
    inquiry,
    'the postings of each event',
    moving.map(({ event }) => (event === undefined ? 'no event' : { event: event.type, postings: postingsOf(event) })),
    moving.map(({ happening }) => ({ event: happening.type, postings: happening.legs.map(inWords).sort() })),
    [n, own],
  );
  compareLists(
    inquiry,
    'the balances after each event',
    moving.map(({ event }) => (event === undefined ? 'no event' : { event: event.type, ...balancesOf(event) })),
    moving.map(({ happening }) => ({ event: happening.type, ...afterOf(happening) })),
    [n, own],
  );
}

function postingsOf({ data }: SeenEvent): readonly string[] {
  const parsed = moved.safeParse(data);
  if (!parsed.success) return ['none'];
  return parsed.data.postings.map((leg) => `${leg.side} ${leg.account} ${leg.amount} ${leg.currency}`).sort();
}

function inWords({ side, account, units }: Leg): string {
  return `${side} ${account} ${amountOf(units, CURRENCY)} ${CURRENCY}`;
}

function balancesOf({ data }: SeenEvent) {
  const parsed = moved.safeParse(data);
  return parsed.success ? parsed.data.balances : {};
}

function afterOf({ after }: Happening) {
  const { cash, bonus, withdrawal } = after;
  return { cash: euros(cash), bonus: euros(bonus), withdrawal: euros(withdrawal), currency: CURRENCY };
}
