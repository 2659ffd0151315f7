import { randomUUID } from 'node:crypto';
import type { Lie, Message, Passing, Told } from './lying-proxy.js';

/** A platform that is broken in one way: what must fail then, and what may. */
export type Broken = {
  readonly title: string;
  /** Anew for each run: some remember. */
  readonly lie: () => Lie;
  readonly fails: readonly string[];
  readonly mayFail: readonly string[];
};

const SETTLED: Told = { status: 200, body: {}, replayed: false };

export const BROKEN: readonly Broken[] = [
  {
    title: 'wrong math: the answer to a bet has a cent too much',
    lie: () => ({
      answer: (told, passing) => (isCall(passing, 'bet') && told.status === 200 ? aCentMore(told) : told),
    }),
    fails: ['wallet.bet'],
    mayFail: [],
  },
  {
    title: 'wrong postings: a payout that came back is booked on the wrong side',
    lie: () => ({
      answer: (told, { path }) =>
        path.includes('/timeline') ? { ...told, body: swapped(told.body, 'WithdrawalReversed') } : told,
    }),
    fails: ['wallet.withdrawal-reversed'],
    mayFail: [],
  },
  {
    title: 'no idempotency: a repeated bet is another bet',
    lie: betsAnew,
    fails: ['idempotency.bet-repeated'],
    // It knows no id again, so it sees no conflict either, and no bet that was cancelled before it came.
    mayFail: ['idempotency.other-amount'],
  },
  {
    title: 'no conflicts: an id that was used for something else is accepted',
    lie: () => ({
      answer: (told) => (told.body.code === 'idempotency_conflict' ? SETTLED : told),
    }),
    fails: ['idempotency.other-amount'],
    mayFail: [],
  },
  {
    title: 'no rollbacks: they are answered, and nothing is undone',
    lie: () => ({
      ask: (passing) => (isCall(passing, 'rollback') ? SETTLED : passing),
    }),
    fails: ['rollbacks.bet', 'rollbacks.unseen'],
    // A life has a rollback in it.
    mayFail: ['fast_track.whole'],
  },
  {
    title: 'no tombstones: the rollback of what never came leaves nothing behind',
    lie: noTombstones,
    fails: ['rollbacks.unseen'],
    mayFail: [],
  },
  {
    title: 'bonus not reversed: its cancellation is answered, and its money stays',
    lie: () => ({
      ask: (passing) =>
        passing.method === 'DELETE' && passing.path.startsWith('/backoffice') && passing.path.includes('/bonuses/')
          ? SETTLED
          : passing,
    }),
    fails: ['bonuses.cancelled-by-operator'],
    mayFail: ['fast_track.whole'],
  },
  {
    title: 'missing event: the first bet of a player is not told',
    lie: () => {
      // By its number: it is asked for again until a later one has arrived.
      const dropped = new Map<unknown, number>();
      return {
        messages: (messages) =>
          messages.filter((message) => {
            const user = message.body.user_id;
            if (isCasino(message) && !dropped.has(user)) dropped.set(user, message.n);
            return dropped.get(user) !== message.n;
          }),
      };
    },
    fails: ['fast_track.whole', 'fast_track.bet-and-win'],
    mayFail: [],
  },
  {
    title: 'wrong order: a bet is told after what came next',
    lie: outOfOrder,
    fails: ['fast_track.order'],
    mayFail: [],
  },
  {
    title: 'wrong amounts told: a win is told as more than it was',
    lie: () => ({
      messages: (messages) =>
        messages.map((message) => (isCasino(message) ? { ...message, body: winning(message.body) } : message)),
    }),
    fails: ['fast_track.bet-and-win', 'fast_track.whole'],
    mayFail: [],
  },
  {
    title: 'told too early: the Operator API does not know yet what Fast Track was told',
    lie: () => ({
      answer: (told, { path }) =>
        path.startsWith('/operator/consents/')
          ? { ...told, body: { ...told.body, email_opt_in: told.body.email_opt_in !== true } }
          : told,
    }),
    fails: ['fast_track.read-first'],
    mayFail: [],
  },
];

function isCall({ path }: Passing, action: string): boolean {
  return path === `/provider/v1/${action}`;
}

function isCasino({ path }: Message): boolean {
  return path.endsWith('/casino');
}

function aCentMore(told: Told): Told {
  const balance = told.body.balance as { readonly cash: string };
  const cents = BigInt(balance.cash.replace('.', '')) + 1n;
  const digits = String(cents).padStart(3, '0');
  const cash = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return { ...told, body: { ...told.body, balance: { ...balance, cash } } };
}

/** In either profile. */
function winning(body: Message['body']): Message['body'] {
  if (body.type === 'Win') return { ...body, amount: Number(body.amount) + 1 };
  return Number(body.win) > 0 ? { ...body, win: Number(body.win) + 1 } : body;
}

type Posted = { readonly type: string; readonly data: { readonly postings?: readonly { readonly side: string }[] } };

function swapped(body: Told['body'], type: string): Told['body'] {
  const events = (body.events ?? []) as readonly Posted[];
  const other = (side: string) => (side === 'debit' ? 'credit' : 'debit');
  const lied = events.map((event) =>
    event.type === type
      ? {
          ...event,
          data: { ...event.data, postings: event.data.postings?.map((leg) => ({ ...leg, side: other(leg.side) })) },
        }
      : event,
  );
  return { ...body, events: lied };
}

/** Each bet under an id that was seen goes on under a new one, and is answered under the old. */
function betsAnew(): Lie {
  const seen = new Set<unknown>();
  return {
    ask(passing) {
      if (!isCall(passing, 'bet')) return passing;
      const { transaction_id } = passing.body;
      if (seen.has(transaction_id)) return { ...passing, body: { ...passing.body, transaction_id: randomUUID() } };
      seen.add(transaction_id);
      return passing;
    },
    answer(told, { path, body }) {
      if (path !== '/provider/v1/bet' || told.status !== 200) return told;
      return { ...told, body: { ...told.body, transaction_id: body.transaction_id } };
    },
  };
}

/** A rollback of what it has not seen is answered as it should be, and forgotten. */
function noTombstones(): Lie {
  const seen = new Set<unknown>();
  return {
    ask(passing) {
      if (isCall(passing, 'bet') || isCall(passing, 'win')) seen.add(passing.body.transaction_id);
      if (!isCall(passing, 'rollback') || seen.has(passing.body.reference_transaction_id)) return passing;
      return { status: 404, body: { status: 404, code: 'transaction_not_found' }, replayed: false };
    },
  };
}

/** The messages of a player's first bet are kept until one of a later event has gone out. */
function outOfOrder(): Lie {
  const kept = new Map<unknown, Message[]>();
  const over = new Set<unknown>();
  const sequenceOf = ({ headers }: Message) => Number(headers['x-sequence']);
  return {
    messages: (messages) =>
      messages.flatMap((message) => {
        const user = message.body.user_id;
        const held = kept.get(user);
        const [first] = held ?? [];
        if (held !== undefined && first !== undefined) {
          if (sequenceOf(message) === sequenceOf(first)) {
            // What was not given is asked for again.
            if (held.every(({ n }) => n !== message.n)) held.push(message);
            return [];
          }
          kept.delete(user);
          over.add(user);
          return [message, ...held];
        }
        if (over.has(user) || !isCasino(message)) return [message];
        kept.set(user, [message]);
        return [];
      }),
  };
}
