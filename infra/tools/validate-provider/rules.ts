import { isDeepStrictEqual } from 'node:util';
import { exponentOf } from '../../../shared/money/currencies.js';
import { idOf, idsOf, partOf } from './transactions.js';
import type { Call, Fields } from './wire.js';

/** What is true of every call, whatever story it is of. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly faultsOf: (calls: readonly Call[]) => readonly string[];
};

const NOT_FORMED = new Set(['malformed', 'body_too_large', 'player_not_found', 'session_not_found', 'not_found']);

export const RULES: readonly Rule[] = [
  {
    id: 'signed',
    title: 'every call is signed, over the bytes that were sent',
    faultsOf: (calls) =>
      calls.filter(({ isSigned }) => !isSigned).map((call) => `${nameOf(call)} is not signed by your secret`),
  },
  {
    id: 'well-formed',
    title: 'every call has the fields of its route, of players that there are',
    faultsOf: (calls) =>
      calls
        .filter(({ told }) => NOT_FORMED.has(told?.code ?? ''))
        .map((call) => `${nameOf(call)} was answered ${call.told?.status} ${call.told?.code}`),
  },
  {
    id: 'amounts',
    title: "amounts are strings with no more decimals than the currency's",
    faultsOf: (calls) =>
      calls.flatMap((call) => amountsOf(call.fields).flatMap((amount) => amountFaults(call, amount))),
  },
  {
    id: 'repeats',
    title: 'a repeat is the same call: same id, same content',
    faultsOf: (calls) => pairsOfOneId(calls, true),
  },
  {
    id: 'ids',
    title: 'a transaction id is never used for two things',
    faultsOf: (calls) => pairsOfOneId(calls, false),
  },
];

function nameOf(call: Call): string {
  return `the ${call.action} ${idsOf(call).join(' + ')}`.trimEnd();
}

function amountsOf(fields: Fields): readonly { readonly amount: unknown; readonly currency: unknown }[] {
  const { currency } = fields;
  return [fields.amount, partOf(fields.bet).amount, partOf(fields.win).amount]
    .filter((amount) => amount !== undefined)
    .map((amount) => ({ amount, currency }));
}

function amountFaults(call: Call, { amount, currency }: { readonly amount: unknown; readonly currency: unknown }) {
  if (typeof amount !== 'string') return [`${nameOf(call)} has ${JSON.stringify(amount)} for an amount: send a string`];
  const decimals = /^(?:0|[1-9]\d{0,11})(?:\.(\d+))?$/.exec(amount);
  if (decimals === null) return [`${nameOf(call)} has the amount "${amount}": it is no plain decimal`];
  const exponent = exponentOf(String(currency)) ?? 0;
  if ((decimals[1] ?? '').length <= exponent) return [];
  return [`${nameOf(call)} has the amount "${amount}": ${String(currency)} has ${exponent} decimals`];
}

/** Calls that share an id and should not: of one thing with other content (`sameThing`), or of two things. */
function pairsOfOneId(calls: readonly Call[], sameThing: boolean): readonly string[] {
  const first = new Map<string, Call>();
  return calls.flatMap((call) =>
    idsOf(call).flatMap((id) => {
      const seen = first.get(id);
      if (seen === undefined) first.set(id, call);
      if (seen === undefined || isDeepStrictEqual(seen.fields, call.fields)) return [];
      if (isOneThing(seen, call) !== sameThing) return [];
      return [
        sameThing
          ? `the ${call.action} ${id} was repeated with other content: ${seen.raw} then ${call.raw}`
          : `${id} was a ${seen.action} of the round ${roundOf(seen)}, then a ${call.action} of the round ${roundOf(call)}`,
      ];
    }),
  );
}

function isOneThing(one: Call, other: Call): boolean {
  return one.action === other.action && idOf(one) === idOf(other) && roundOf(one) === roundOf(other);
}

function roundOf({ fields }: Call): string {
  return String(fields.round_id);
}
