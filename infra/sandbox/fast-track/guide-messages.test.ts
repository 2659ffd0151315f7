import test from 'ava';
import { guideExamples } from '../testing/ft-messages.js';
import { guideCompletedDeposit, guideMessages } from './guide-messages.js';

type ExampleName = keyof typeof guideExamples;
type Change = { readonly [field: string]: unknown };

function isValid(name: ExampleName, change: Change = {}): boolean {
  const { method, path, body } = guideExamples[name];
  const route = guideMessages.find((candidate) => candidate.method === method && candidate.path === path);
  // A field that is `undefined` is one that JSON does not have.
  const sent: unknown = JSON.parse(JSON.stringify({ ...body, ...change }));
  return route?.schema.safeParse(sent).success ?? false;
}

const names = Object.keys(guideExamples) as ExampleName[];

test('every message of the guide has its route and takes its example', (t) => {
  t.is(guideMessages.length, names.length);
  for (const name of names) t.true(isValid(name), name);
});

test('a field too many, one too few or null in its place is refused, in every message', (t) => {
  for (const name of names) {
    t.false(isValid(name, { extra: 1 }), `${name} with a field too many`);
    for (const field of Object.keys(guideExamples[name].body)) {
      if (field !== 'ip_address') t.false(isValid(name, { [field]: undefined }), `${name} without ${field}`);
      t.false(isValid(name, { [field]: null }), `${name} with null for ${field}`);
    }
  }
});

const valid: readonly [ExampleName, Change][] = [
  ['registered', { ip_address: undefined }],
  ['registered', { ip_address: '2001:db8::1' }],
  ['loggedIn', { is_impersonated: true }],
  ['payment', { payment_type: 'withdrawal', status: 'requested' }],
  ['payment', { status: 'failed', amount: 0.01 }],
  ['payment', { status: 'cancelled' }],
  ['payment', { status: 'reversed' }],
  ['casino', { bet: 0, win: 12.34 }],
  ['casino', { bet: -1.5 }],
  ['bonus', { event_type: 'wagering_progress' }],
  ['bonus', { event_type: 'completed' }],
  ['bonus', { event_type: 'cancelled' }],
];

const invalid: readonly [ExampleName, Change][] = [
  ['registered', { user_id: 1001 }],
  ['registered', { user_id: '' }],
  ['registered', { ip_address: 'somewhere' }],
  ['registered', { origin: '' }],
  ['registered', { timestamp: '2026-01-02T12:00:00Z' }],
  ['registered', { timestamp: '2026-01-02T12:00:00.000+01:00' }],
  ['registered', { timestamp: '2026-02-30T12:00:00.000Z' }],
  ['registered', { timestamp: 1767355200000 }],
  ['loggedIn', { is_impersonated: 'false' }],
  ['consentsChanged', { email: true }],
  ['payment', { amount: '100.00' }],
  ['payment', { amount: -1 }],
  ['payment', { amount: 0 }],
  ['payment', { status: 'approved' }],
  ['payment', { status: 'Completed' }],
  ['payment', { payment_type: 'Credit' }],
  ['payment', { currency: 'eur' }],
  ['casino', { bet: '1.50' }],
  ['casino', { win: undefined }],
  ['casino', { game_id: '' }],
  ['bonus', { event_type: 'expired' }],
  ['bonus', { amount: 50 }],
  ['balances', { balance: { cash: 1, bonus: 0 } }],
  ['balances', { balance: { cash: '1', bonus: 0, currency: 'EUR' } }],
  ['balances', { balance: { cash: -1, bonus: 0, currency: 'EUR' } }],
  ['balances', { balance: { cash: 1, bonus: 0, withdrawal: 0, currency: 'EUR' } }],
];

test('what the guide allows is taken', (t) => {
  for (const [name, change] of valid) t.true(isValid(name, change), `${name} with ${JSON.stringify(change)}`);
});

test('what the guide does not say is refused', (t) => {
  for (const [name, change] of invalid) t.false(isValid(name, change), `${name} with ${JSON.stringify(change)}`);
});

test('only a completed deposit triggers', (t) => {
  const { path, body } = guideExamples.payment;
  t.is(guideCompletedDeposit(path, body), body.amount);
  t.is(guideCompletedDeposit(path, { ...body, status: 'requested' }), undefined);
  t.is(guideCompletedDeposit(path, { ...body, payment_type: 'withdrawal' }), undefined);
  t.is(guideCompletedDeposit('/v2/integration/bonus', body), undefined);
});
