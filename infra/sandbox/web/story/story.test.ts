import test from 'ava';
import { guideExamples, nativeExamples } from '../../testing/ft-messages.js';
import { lineOf, lineOfMessage } from './story.js';

const titles = (examples: typeof guideExamples | typeof nativeExamples) =>
  Object.values(examples).map(({ method, path, body }) => lineOfMessage(method, path, body).title);

test('every message has a line of its own, and both profiles tell the same story', (t) => {
  const told = [
    'Registered',
    'Changed details',
    'Logged in',
    'Changed consents',
    'Blocks changed',
    'Deposit completed',
  ];
  const rest = ['Bet', 'Bonus granted', 'Balance'];
  t.deepEqual(titles(guideExamples), [...told, ...rest]);
  t.deepEqual(titles(nativeExamples), [...told, ...rest]);
});

test('amounts are said as they came', (t) => {
  const { payment, balances } = guideExamples;
  t.is(lineOfMessage(payment.method, payment.path, { ...payment.body, amount: 1234.5 }).amount, '€1,234.5');
  t.like(lineOfMessage(balances.method, balances.path, balances.body), { amount: '€98.5', detail: '' });
});

test('a rollback, a lost round, a win and a play are told apart', (t) => {
  const { method, path, body } = guideExamples.casino;
  const title = (bet: number, win: number) => lineOfMessage(method, path, { ...body, bet, win }).title;
  t.is(title(-1, 0), 'A transaction was rolled back');
  t.is(title(0, 0), 'Round lost');
  t.is(title(0, 5), 'Win');
  t.is(title(1, 5), 'Bet and win');
});

test('what a campaign did is part of the story, and what no reader knows is shown by its path', (t) => {
  const campaign = {
    kind: 'campaign',
    at: '',
    campaign: 'first-deposit',
    bonus_id: 'welcome_bonus_50',
    amount: 50,
  } as const;
  t.like(lineOf({ ...campaign, result: 'credited', status: 200 }), {
    tone: 'gold',
    detail: 'It granted welcome bonus 50',
  });
  t.regex(lineOf({ ...campaign, result: 'not_in_segment', status: 200 }).detail, /not in its segment/);
  t.regex(lineOf({ ...campaign, result: 'refused', status: 422 }).detail, /answered 422/);
  t.is(lineOfMessage('POST', '/v9/integration/new', null).title, 'new');
});
