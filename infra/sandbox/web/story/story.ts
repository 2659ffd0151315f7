import { money } from '../design/format.js';
import type { IconName } from '../design/icon.js';
import type { Entry } from './entries.js';

/** A line of a player's story, in words that are the same in both of Fast Track's profiles. */
export type Line = {
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly amount?: string;
  readonly tone?: 'good' | 'bad' | 'gold' | 'accent';
};

type Body = { readonly [field: string]: unknown };

/** A message's line, by what its path and body say. */
export function lineOfMessage(method: string, path: string, body: unknown): Line {
  const told = typeof body === 'object' && body !== null ? (body as Body) : {};
  const name = path.replace(/^\/v\d+\/integration\//, '');
  return readers[`${method} ${name}`]?.(told) ?? { icon: 'message', title: name, detail: '' };
}

export function lineOf(entry: Entry): Line {
  if (entry.kind === 'message') return lineOfMessage(entry.method, entry.path, entry.body);
  const bonus = words(entry.bonus_id);
  if (entry.result === 'credited') {
    return {
      icon: 'campaign',
      title: `Campaign “${entry.campaign}” was triggered`,
      detail: `It granted ${bonus}`,
      ...(entry.amount === null ? {} : { amount: String(entry.amount) }),
      tone: 'gold',
    };
  }
  const why =
    entry.result === 'not_in_segment' ? 'the player is not in its segment' : `the casino answered ${entry.status}`;
  return {
    icon: 'campaign',
    title: `Campaign “${entry.campaign}” gave nothing`,
    detail: `${bonus}: ${why}`,
    tone: 'bad',
  };
}

const readers: { readonly [message: string]: (body: Body) => Line } = {
  'POST user': () => ({ icon: 'user', title: 'Registered', detail: 'A new player', tone: 'accent' }),
  'PUT user': () => ({
    icon: 'details',
    title: 'Changed details',
    detail: 'Fast Track asks for them when it needs them',
  }),
  'POST login': () => ({ icon: 'login', title: 'Logged in', detail: '' }),
  'PUT user/consents': () => ({
    icon: 'consent',
    title: 'Changed consents',
    detail: 'How the player may be written to',
  }),
  'PUT user/blocks': () => ({ icon: 'block', title: 'Blocks changed', detail: 'Blocked, or no longer', tone: 'bad' }),
  'POST payments': (body) => payment(text(body.payment_type), text(body.status), body),
  'POST payment': (body) =>
    payment(body.type === 'Credit' ? 'deposit' : 'withdrawal', nativeStatus(text(body.status)), body),
  'POST casino': (body) => ('type' in body ? nativePlay(body) : play(number(body.bet), number(body.win), body)),
  'POST bonus': (body) => bonus(text(body.event_type) || nativeBonus(text(body.status)), body),
  'POST balances': (body) => {
    const { cash, bonus, currency } = (body.balance ?? {}) as Body;
    return balance(number(cash), number(bonus), text(currency));
  },
  'POST user/balances': (body) => {
    const [cash, bonus] = (Array.isArray(body.balances) ? body.balances : []) as Body[];
    return balance(number(cash?.amount), number(bonus?.amount), text(cash?.currency));
  },
};

const PAYMENT_WORDS: { readonly [status: string]: string } = {
  requested: 'asked for',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  reversed: 'reversed',
};

function payment(type: string, status: string, body: Body): Line {
  const isDeposit = type === 'deposit';
  const what = isDeposit ? 'Deposit' : 'Withdrawal';
  const tone = status === 'completed' ? 'good' : status === 'requested' ? undefined : 'bad';
  return {
    icon: isDeposit ? 'deposit' : 'withdrawal',
    title: `${what} ${PAYMENT_WORDS[status] ?? status}`,
    detail: text(body.payment_id),
    amount: money(number(body.amount), text(body.currency)),
    ...(tone === undefined ? {} : { tone }),
  };
}

function nativeStatus(status: string): string {
  const known: { readonly [native: string]: string } = {
    Requested: 'requested',
    Approved: 'completed',
    Rejected: 'failed',
    Cancelled: 'cancelled',
    Rollback: 'reversed',
  };
  return known[status] ?? status;
}

function play(bet: number, win: number, body: Body): Line {
  const game = words(text(body.game_id));
  const currency = text(body.currency);
  const show = (amount: number) => (currency === '' ? String(amount) : money(amount, currency));
  if (bet < 0 || win < 0)
    return { icon: 'rollback', title: 'A transaction was rolled back', detail: game, amount: show(bet + win) };
  if (bet > 0 && win === 0) return { icon: 'game', title: 'Bet', detail: game, amount: show(bet) };
  if (bet > 0)
    return {
      icon: 'win',
      title: 'Bet and win',
      detail: `${game}, stake ${show(bet)}`,
      amount: show(win),
      tone: 'good',
    };
  if (win > 0) return { icon: 'win', title: 'Win', detail: game, amount: show(win), tone: 'good' };
  return { icon: 'game', title: 'Round lost', detail: game };
}

function nativePlay(body: Body): Line {
  if (body.status === 'Rollback') {
    const amount = money(number(body.amount), text(body.currency));
    return { icon: 'rollback', title: 'A transaction was rolled back', detail: words(text(body.game_id)), amount };
  }
  const amount = number(body.amount);
  return body.type === 'Bet' ? play(amount, 0, body) : play(0, amount, body);
}

function bonus(step: string, body: Body): Line {
  const name = words(text(body.bonus_id));
  switch (step) {
    case 'granted':
      return { icon: 'bonus', title: 'Bonus granted', detail: name, tone: 'gold' };
    case 'wagering_progress':
      return { icon: 'bonus', title: 'Bonus wagered a little more', detail: name };
    case 'completed':
      return { icon: 'bonus', title: 'Bonus completed', detail: name, tone: 'good' };
    default:
      return { icon: 'bonus', title: `Bonus ${step}`, detail: name, tone: 'bad' };
  }
}

function nativeBonus(status: string): string {
  const known: { readonly [native: string]: string } = {
    Created: 'granted',
    Ongoing: 'wagering_progress',
    Completed: 'completed',
  };
  return known[status] ?? status.toLowerCase();
}

function balance(cash: number, bonusMoney: number, currency: string): Line {
  const detail = bonusMoney === 0 ? '' : `and ${money(bonusMoney, currency)} of bonus`;
  return { icon: 'balance', title: 'Balance', detail, amount: money(cash, currency) };
}

/** "welcome_bonus_50" reads as "welcome bonus 50". */
function words(id: string): string {
  return id.replaceAll('_', ' ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
