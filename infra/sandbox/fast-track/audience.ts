import type { Dialect, Told } from '../demo/dialect.js';
import { type LoggedMessage, userIdIn } from './message.js';
import type { Staging } from './staging.js';

/** What is known of a user from the messages alone. */
export type Member = {
  readonly user_id: string;
  messages: number;
  deposits: number;
  bets: number;
  /** As told last. */
  cash: number;
  bonus: number;
  bonuses_granted: number;
  withdrawals: number;
  last_at: string;
};

/** The segments that staging offers to look at, each with what makes a user one of it. */
const SEGMENTS = {
  everyone: { name: 'Everyone', includes: () => true },
  no_deposit: { name: 'Registered, no deposit', includes: ({ deposits }) => deposits === 0 },
  depositors: { name: 'Depositors', includes: ({ deposits }) => deposits > 0 },
  players: { name: 'Players', includes: ({ bets }) => bets > 0 },
  with_bonus: { name: 'With bonus money', includes: ({ bonus }) => bonus > 0 },
  withdrew: { name: 'Were paid out', includes: ({ withdrawals }) => withdrawals > 0 },
} as const satisfies { readonly [id: string]: { readonly name: string; includes(member: Member): boolean } };

export type SegmentId = keyof typeof SEGMENTS;

export const SEGMENT_IDS = Object.keys(SEGMENTS) as [SegmentId, ...SegmentId[]];

/** Who there is, and in which segments. */
export type Audience = {
  seen(segment: SegmentId): Promise<{
    readonly segments: readonly { readonly id: string; readonly name: string; readonly count: number }[];
    /** Those of the segment heard of last, newest first. */
    readonly users: readonly Member[];
  }>;
};

const PAGE = 1_000;
const USERS_SHOWN_MAX = 100;

/** Reads the messages only when somebody looks, and each but once: taking messages costs nothing more. */
export function createAudience(staging: Pick<Staging, 'messagesAfter'>, { read }: Dialect): Audience {
  const members = new Map<string, Member>();
  let last = 0;
  let reading: Promise<void> = Promise.resolve();

  async function readNew(): Promise<void> {
    for (;;) {
      const messages = JSON.parse(await staging.messagesAfter(last, PAGE)) as readonly LoggedMessage[];
      for (const message of messages) note(message);
      last = messages.at(-1)?.n ?? last;
      if (messages.length < PAGE) return;
    }
  }

  function note({ path, body, taken, received_at }: LoggedMessage): void {
    const userId = userIdIn(body);
    if (!taken || userId === undefined) return;
    const member = members.get(userId) ?? newMember(userId);
    // Moved to the end: the map is in the order of when they were heard of.
    members.delete(userId);
    members.set(userId, member);
    member.messages += 1;
    member.last_at = received_at;
    add(member, read(path, body));
  }

  return {
    async seen(segment) {
      // One after the other: two who look at once must not both count the same message.
      reading = reading.catch(() => undefined).then(readNew);
      await reading;
      const all = [...members.values()];
      const segments = SEGMENT_IDS.map((id) => {
        const { name, includes } = SEGMENTS[id];
        return { id, name, count: all.filter(includes).length };
      });
      const users = all.filter(SEGMENTS[segment].includes).slice(-USERS_SHOWN_MAX).reverse();
      return { segments, users };
    },
  };
}

function newMember(user_id: string): Member {
  const none = { messages: 0, deposits: 0, bets: 0, cash: 0, bonus: 0, bonuses_granted: 0, withdrawals: 0 };
  return { user_id, ...none, last_at: '' };
}

function add(member: Member, told: Told): void {
  if (told.kind === 'payment' && told.status === 'completed') {
    if (told.type === 'deposit') member.deposits += 1;
    else member.withdrawals += 1;
  }
  if (told.kind === 'casino' && told.bet > 0) member.bets += 1;
  if (told.kind === 'bonus' && told.step === 'granted') member.bonuses_granted += 1;
  if (told.kind === 'balances') {
    member.cash = told.cash;
    member.bonus = told.bonus;
  }
}
