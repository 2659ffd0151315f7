import test from 'ava';
import { checkTimeline, expectedBalance, type Story } from './checks.js';
import { dialectOf } from './dialect.js';
import type { SeenMessage } from './fast-track-view.js';

const story: Story = {
  deposit: '100.00',
  bonus: '50.00',
  bonusId: 'welcome_bonus_50',
  rounds: [
    { mode: 'bet_and_win', stake: '1.00', win: '0.00' },
    { mode: 'bet_and_win', stake: '1.00', win: '5.00' },
    { mode: 'play', stake: '1.00', win: '1.00' },
    { mode: 'play', stake: '1.00', win: '0.00' },
  ],
  withdrawal: '20.00',
};

type Sent = readonly [path: string, body: unknown];

/** The same facts as each profile tells them. */
type Words = {
  readonly profile: string;
  payment(type: 'deposit' | 'withdrawal', status: 'requested' | 'completed', amount: number): Sent;
  /** A play is one message or two. */
  play(bet: number, win: number): readonly Sent[];
  bet(amount: number): Sent;
  win(amount: number): Sent;
  bonus(step: 'granted' | 'wagering_progress' | 'cancelled'): Sent;
  balances(cash: number, of: number): Sent;
};

const bonusId = { bonus_id: 'welcome_bonus_50' };

const guide: Words = {
  profile: 'guide',
  payment: (payment_type, status, amount) => ['/v2/integration/payments', { payment_type, status, amount }],
  play: (bet, win) => [['/v2/integration/casino', { bet, win }]],
  bet: (bet) => ['/v2/integration/casino', { bet, win: 0 }],
  win: (win) => ['/v2/integration/casino', { bet: 0, win }],
  bonus: (event_type) => ['/v2/integration/bonus', { ...bonusId, event_type }],
  balances: (cash, bonus) => ['/v2/integration/balances', { balance: { cash, bonus, currency: 'EUR' } }],
};

const native: Words = {
  profile: 'native',
  payment: (type, status, amount) => [
    '/v1/integration/payment',
    {
      type: type === 'deposit' ? 'Credit' : 'Debit',
      status: status === 'requested' ? 'Requested' : 'Approved',
      amount,
    },
  ],
  play: (bet, win) => [native.bet(bet), native.win(win)],
  bet: (amount) => ['/v1/integration/casino', { type: 'Bet', amount }],
  win: (amount) => ['/v1/integration/casino', { type: 'Win', amount }],
  bonus: (step) => [
    '/v1/integration/bonus',
    {
      ...bonusId,
      status: { granted: 'Created', wagering_progress: 'Ongoing', cancelled: 'Forfeited' }[step],
      fasttrack_references: { id: 'credit-1' },
    },
  ],
  balances: (cash, bonus) => [
    '/v1/integration/user/balances',
    {
      balances: [
        { key: 'real_money', amount: cash },
        { key: 'bonus_money', amount: bonus },
      ],
    },
  ],
};

/** What Fast Track must hear of that story, with the sequence of each message's event. */
function toldIn({ payment, play, bet, win, bonus, balances }: Words): readonly (readonly [number, Sent])[] {
  const events: readonly (readonly [number, readonly Sent[]])[] = [
    [0, [['/v2/integration/user', {}]]],
    [1, [['/v2/integration/login', {}]]],
    [2, [payment('deposit', 'requested', 100)]],
    [3, [payment('deposit', 'completed', 100), balances(100, 0)]],
    [4, [bonus('granted'), balances(100, 50)]],
    [6, [bet(1), balances(99, 50)]],
    [7, [bonus('wagering_progress')]],
    [8, [win(0)]],
    [9, [bet(1), balances(98, 50)]],
    [10, [bonus('wagering_progress')]],
    [11, [win(5), balances(103, 50)]],
    [12, play(1, 1)],
    [13, [bonus('wagering_progress')]],
    [14, [...play(1, 0), balances(102, 50)]],
    [15, [bonus('wagering_progress')]],
    [17, [payment('withdrawal', 'requested', 20), balances(82, 50)]],
    [18, [bonus('cancelled'), balances(82, 0)]],
    [20, [payment('withdrawal', 'completed', 20)]],
  ];
  return events.flatMap(([sequence, messages]) => messages.map((message) => [sequence, message] as const));
}

test('the balance is the deposit less the stakes plus the wins less the withdrawal', (t) => {
  t.deepEqual(expectedBalance(story), { cash: '82.00', bonus: '0.00' });
});

test('a profile that the demo cannot read is named', (t) => {
  t.throws(() => dialectOf('klingon'), { name: 'StepFailed', message: /klingon/ });
});

for (const words of [guide, native]) {
  const { profile } = words;
  const told = toldIn(words);
  const whole: readonly SeenMessage[] = told.map(([sequence, [path, body]], at) => ({
    n: at + 1,
    path,
    headers: { 'x-sequence': String(sequence), 'idempotency-key': `k-${at}` },
    status: 200,
    taken: true,
    duplicate: false,
    body,
  }));
  const isBalances = (at: number) => told[at]?.[1][0].endsWith('/balances') ?? false;
  const sequenceOf = (at: number) => told[at]?.[0] ?? 0;

  function failed(messages: readonly SeenMessage[]): readonly string[] {
    return checkTimeline(dialectOf(profile), story, messages)
      .filter(({ ok }) => !ok)
      .map(({ name }) => name);
  }

  test(`${profile}: the whole story holds, also with copies that were not taken`, (t) => {
    t.deepEqual(failed(whole), []);
    const copy = whole.map((message) => ({ ...message, taken: false, duplicate: true }));
    t.deepEqual(failed([...whole, ...copy]), []);
  });

  test(`${profile}: any one message that is missing is noticed`, (t) => {
    for (const at of told.keys()) {
      // After the withdrawal, the balances in between depend on which of two facts comes first.
      if (sequenceOf(at) === 17 && isBalances(at)) continue;
      t.not(failed(whole.filter((_, index) => index !== at)).length, 0, `without ${at} ${told[at]?.[1][0]}`);
    }
  });

  test(`${profile}: any one message that is doubled is noticed`, (t) => {
    for (const [at, message] of whole.entries()) {
      if (isBalances(at) && sequenceOf(at) >= 17) continue;
      const other = { ...message, headers: { ...message.headers, 'idempotency-key': 'other' } };
      t.not(failed([...whole.slice(0, at), other, ...whole.slice(at)]).length, 0, `doubled ${at} ${message.path}`);
    }
  });

  test(`${profile}: a wrong amount, a wrong order and a refusal are noticed`, (t) => {
    const change = (at: number, [path, body]: Sent) =>
      whole.map((message, index) => (index === at ? { ...message, path, body } : message));
    t.deepEqual(failed(change(8, words.balances(99.01, 50))), [
      'balances: one message for every change, right each time',
    ]);
    t.deepEqual(failed(change(7, words.bet(2))), ['casino: every round, in the order played']);
    const [first, second, ...rest] = whole;
    if (first === undefined || second === undefined) return t.fail('the story is empty');
    t.deepEqual(failed([second, first, ...rest]), ['X-Sequence never falls']);
    t.deepEqual(failed([...whole, { ...first, taken: false, status: 400 }]), ['none refused']);
    return undefined;
  });
}

test('native: a message of the bonus that names no credit, or another, is noticed', (t) => {
  const { read } = dialectOf('native');
  const body = { bonus_id: 'welcome_bonus_50', status: 'Created' };
  t.like(read('/v1/integration/bonus', { ...body, fasttrack_references: { id: 'a' } }), { creditId: 'a' });
  const told = toldIn(native);
  for (const fasttrack_references of [undefined, { id: 'credit-2' }]) {
    const messages: readonly SeenMessage[] = told.map(([sequence, [path, sent]], at) => ({
      ...{ n: at + 1, path, status: 200, taken: true, duplicate: false },
      headers: { 'x-sequence': String(sequence), 'idempotency-key': `k-${at}` },
      body: sequence === 10 ? { ...(sent as object), fasttrack_references } : sent,
    }));
    const failed = checkTimeline(dialectOf('native'), story, messages).filter(({ ok }) => !ok);
    t.deepEqual(
      failed.map(({ name }) => name),
      ['bonus: granted, wagered, cancelled by the withdrawal'],
    );
  }
});
