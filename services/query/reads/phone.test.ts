import test from 'ava';
import { mobileOf } from './phone.js';

const cases: readonly [phone: string, prefix: string, mobile: string][] = [
  ['+46700000000', '+46', '700000000'],
  ['+46 70-000 00 00', '+46', '700000000'],
  ['0046700000000', '+46', '700000000'],
  ['+1 (555) 010-0000', '+1', '5550100000'],
  ['+35621345678', '+356', '21345678'],
  ['+358401234567', '+358', '401234567'],
  ['070-000 00 00', '', '070-000 00 00'],
  ['call me', '', 'call me'],
  ['+46', '', '+46'],
  ['', '', ''],
];

for (const [phone, mobile_prefix, mobile] of cases) {
  test(`the phone "${phone}" is "${mobile_prefix}" and "${mobile}"`, (t) => {
    t.deepEqual(mobileOf(phone), { mobile, mobile_prefix });
  });
}
