import test from 'ava';
import { nativeExamples } from '../testing/ft-messages.js';
import { nativeCompletedDeposit, nativeMessages } from './native-messages.js';

type ExampleName = keyof typeof nativeExamples;
type Change = { readonly [field: string]: unknown };

function isValid(name: ExampleName, change: Change = {}): boolean {
  const { method, path, body } = nativeExamples[name];
  const route = nativeMessages.find((candidate) => candidate.method === method && candidate.path === path);
  // A field that is `undefined` is one that JSON does not have.
  const sent: unknown = JSON.parse(JSON.stringify({ ...body, ...change }));
  return route?.schema.safeParse(sent).success ?? false;
}

const names = Object.keys(nativeExamples) as ExampleName[];
const OPTIONAL = [
  ...['ip_address', 'user_agent', 'vendor_name', 'balance_before', 'balance_after', 'game_type'],
  ...['required_wagering_amount', 'fasttrack_references'],
];

test('every native message has its route and takes its example', (t) => {
  t.is(nativeMessages.length, names.length);
  for (const name of names) t.true(isValid(name), name);
});

test('a field too many, one too few or null in its place is refused, in every message', (t) => {
  for (const name of names) {
    t.false(isValid(name, { extra: 1 }), `${name} with a field too many`);
    for (const field of Object.keys(nativeExamples[name].body)) {
      t.is(isValid(name, { [field]: undefined }), OPTIONAL.includes(field), `${name} without ${field}`);
      t.false(isValid(name, { [field]: null }), `${name} with null for ${field}`);
    }
  }
});

const price = { currency: 'EUR', exchange_rate: 1 };
const real = { key: 'real_money', amount: 1, ...price };
const ofBonus = { key: 'bonus_money', amount: 1, ...price };
const nothing = { amount: 0, wager_amount: 0, bonus_wager_amount: 0 };

const valid: readonly [ExampleName, Change][] = [
  ['payment', { type: 'Debit', status: 'Requested' }],
  ['payment', { bonus_code: '', note: '' }],
  ['casino', { type: 'Win', is_round_end: true, ...nothing }],
  ['casino', { status: 'Rollback', meta: { original_activity_id: 'a' } }],
  ['casino', { balance_after: -5 }],
  ['casino', { amount: 0.4, locked_wager_amount: 0.1 }],
  ['casino', { amount: 30, wager_amount: 10, bonus_wager_amount: 20, currency: 'JPY', exchange_rate: 0.0061 }],
  ['bonus', { status: 'Ongoing', meta: { wagered: 10 } }],
  ['bonus', { status: 'Completed', bonus_turned_real: 0 }],
];

const invalid: readonly [ExampleName, Change][] = [
  ['registered', { user_id: 1001 }],
  ['registered', { user_agent: '' }],
  ['payment', { status: 'completed' }],
  ['payment', { status: 'approved' }],
  ['payment', { type: 'deposit' }],
  ['payment', { amount: '100' }],
  ['payment', { amount: -1 }],
  ['payment', { exchange_rate: 0 }],
  ['payment', { bonus_code: null }],
  ['casino', { type: 'Loss' }],
  ['casino', { status: 'Rollback' }],
  ['casino', { is_round_end: true }],
  ['casino', { ...nothing }],
  ['casino', { amount: 0.31 }],
  ['casino', { wager_amount: 0.4, bonus_wager_amount: -0.1 }],
  ['casino', { amount: 0.301, wager_amount: 0.101 }],
  ['casino', { amount: 0.3, currency: 'JPY' }],
  ['casino', { currency: 'XXX' }],
  ['casino', { round_id: '' }],
  ['bonus', { status: 'granted' }],
  ['bonus', { status: 'Autocompleted' }],
  ['bonus', { type: 'Welcome' }],
  ['bonus', { product: 'casino' }],
  ['bonus', { fasttrack_references: { activityId: '7' } }],
  ['balances', { balances: [real] }],
  ['balances', { balances: [ofBonus, real] }],
  ['balances', { balances: [real, ofBonus, { ...real, key: 'locked_money' }] }],
  ['balances', { balances: [{ ...real, amount: -1 }, ofBonus] }],
  ['balances', { balances: [{ ...real, exchange_rate: undefined }, ofBonus] }],
];

test('what the contract allows is taken', (t) => {
  for (const [name, change] of valid) t.true(isValid(name, change), `${name} with ${JSON.stringify(change)}`);
});

test('what the contract does not say is refused', (t) => {
  for (const [name, change] of invalid) t.false(isValid(name, change), `${name} with ${JSON.stringify(change)}`);
});

test('only an approved credit triggers', (t) => {
  const { path, body } = nativeExamples.payment;
  t.is(nativeCompletedDeposit(path, body), body.amount);
  t.is(nativeCompletedDeposit(path, { ...body, status: 'Requested' }), undefined);
  t.is(nativeCompletedDeposit(path, { ...body, type: 'Debit' }), undefined);
  t.is(nativeCompletedDeposit('/v1/integration/bonus', body), undefined);
});
