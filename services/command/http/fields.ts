import { z } from 'zod';
import { JsonNumber } from '../../../shared/http/json-body.js';
import { shownAs } from '../../../shared/http/openapi/json-schema.js';
import { Problem } from '../../../shared/http/problem.js';
import { isCallerId, type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { exponentOf } from '../../../shared/money/currencies.js';
import { type Amount, isPositive, parseAmount } from '../../../shared/money/money.js';

// The fields that bodies share, as zod schemas. What is refused here is `malformed`.

const AMOUNT = /^(0|[1-9]\d{0,11})(\.\d+)?$/;

/** A decimal string, or a JSON number, taken as it was written: it never was a float. */
export const amountField = shownAs(
  z
    .union([z.string(), z.instanceof(JsonNumber).transform((number) => number.text)], 'must be an amount')
    .refine((text) => AMOUNT.test(text), 'must be a plain decimal of at most 12 digits, not negative'),
  {
    anyOf: [
      { type: 'string', pattern: AMOUNT.source },
      { type: 'number', minimum: 0, exclusiveMaximum: 1e12, description: 'As it is written, without an exponent.' },
    ],
  },
);

export const currencyField = shownAs(
  z.string().refine((code) => exponentOf(code) !== undefined, 'must be an ISO 4217 currency'),
  { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217' },
);

/** A password that somebody sets; one that is only compared may be any. */
export const newPasswordField = z.string().min(8).max(200);

/** An id that the caller chose. */
export const callerIdField = shownAs(z.string().refine(isCallerId, 'must be 1 to 128 printable ASCII characters'), {
  type: 'string',
  pattern: '^[\\x21-\\x7e]{1,128}$',
});

/** Anything that could be an id; a string that is none of ours is a player that does not exist, not a malformed request. */
export const playerIdField = callerIdField;

/** @throws Problem 404: no player has such an id. */
export function playerIdOf(text: string): PlayerId {
  const playerId = parsePlayerId(text);
  if (playerId === undefined) throw new Problem(404, 'player_not_found', 'There is no such player');
  return playerId;
}

/** The amount at its currency's exponent. @throws Problem 422 `invalid_amount` when it has more decimals. */
export function amountOf(text: string, currency: string): Amount {
  const parsed = parseAmount(text, currency);
  if (parsed.ok) return parsed.amount;
  throw invalidAmount(`${currency} has ${exponentOf(currency)} decimals`);
}

/** As `amountOf`, and above zero. */
export function positiveAmountOf(text: string, currency: string): Amount {
  const amount = amountOf(text, currency);
  if (!isPositive(amount)) throw invalidAmount('must be above zero');
  return amount;
}

function invalidAmount(detail: string): Problem {
  return new Problem(422, 'invalid_amount', 'The amount is not allowed', { detail });
}
