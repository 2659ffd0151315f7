import test from 'ava';
import { checkTimeline, expectedBalance, type Story } from './checks.js';
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

const payment = (payment_type: string, status: string, amount: number) => [
  `payments`,
  { payment_type, status, amount },
];
const casino = (bet: number, win: number) => ['casino', { bet, win }];
const bonus = (event_type: string) => ['bonus', { bonus_id: 'welcome_bonus_50', event_type }];
const balances = (cash: number, of: number) => ['balances', { balance: { cash, bonus: of, currency: 'EUR' } }];

/** What Fast Track must hear of that story, as [path, body] with the sequence of its event. */
const told = [
  [0, ['user', {}]],
  [1, ['login', {}]],
  [2, payment('deposit', 'requested', 100)],
  [3, payment('deposit', 'completed', 100)],
  [3, balances(100, 0)],
  [4, bonus('granted')],
  [4, balances(100, 50)],
  [6, casino(1, 0)],
  [6, balances(99, 50)],
  [7, bonus('wagering_progress')],
  [8, casino(0, 0)],
  [9, casino(1, 0)],
  [9, balances(98, 50)],
  [10, bonus('wagering_progress')],
  [11, casino(0, 5)],
  [11, balances(103, 50)],
  [12, casino(1, 1)],
  [13, bonus('wagering_progress')],
  [14, casino(1, 0)],
  [14, balances(102, 50)],
  [15, bonus('wagering_progress')],
  [17, payment('withdrawal', 'requested', 20)],
  [17, balances(82, 50)],
  [18, bonus('cancelled')],
  [18, balances(82, 0)],
  [20, payment('withdrawal', 'completed', 20)],
] as const;

const whole: readonly SeenMessage[] = told.map(([sequence, [path, body]], at) => ({
  n: at + 1,
  path: `/v2/integration/${path}`,
  headers: { 'x-sequence': String(sequence), 'idempotency-key': `k-${at}` },
  status: 200,
  taken: true,
  duplicate: false,
  body,
}));

function failed(messages: readonly SeenMessage[]): readonly string[] {
  return checkTimeline(story, messages)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);
}

test('the balance is the deposit less the stakes plus the wins less the withdrawal', (t) => {
  t.deepEqual(expectedBalance(story), { cash: '82.00', bonus: '0.00' });
});

test('the whole story holds, also with copies that were not taken', (t) => {
  t.deepEqual(failed(whole), []);
  const copy = whole.map((message) => ({ ...message, taken: false, duplicate: true }));
  t.deepEqual(failed([...whole, ...copy]), []);
});

test('any one message that is missing is noticed', (t) => {
  for (const [at, [, [path]]] of told.entries()) {
    // After the withdrawal, the balances in between depend on which of two facts comes first.
    if (told[at]?.[0] === 17 && path === 'balances') continue;
    t.not(failed(whole.filter((_, index) => index !== at)).length, 0, `without ${at} ${path}`);
  }
});

test('any one message that is doubled is noticed', (t) => {
  for (const [at, [, [path]]] of told.entries()) {
    if (path === 'balances' && (told[at]?.[0] ?? 0) >= 17) continue;
    const message = whole[at];
    if (message === undefined) continue;
    const other = { ...message, headers: { ...message.headers, 'idempotency-key': 'other' } };
    t.not(failed([...whole.slice(0, at), other, ...whole.slice(at)]).length, 0, `doubled ${at} ${path}`);
  }
});

test('a wrong amount, a wrong order and a refusal are noticed', (t) => {
  const change = (at: number, body: unknown) =>
    whole.map((message, index) => (index === at ? { ...message, body } : message));
  t.deepEqual(failed(change(8, { balance: { cash: 99.01, bonus: 50, currency: 'EUR' } })), [
    'balances: one message for every change, right each time',
  ]);
  t.deepEqual(failed(change(7, { bet: 2, win: 0 })), ['casino: every round, in the order played']);
  const [first, second, ...rest] = whole;
  if (first === undefined || second === undefined) return t.fail('the story is empty');
  t.deepEqual(failed([second, first, ...rest]), ['X-Sequence never falls']);
  t.deepEqual(failed([...whole, { ...first, taken: false, status: 400 }]), ['none refused']);
});
