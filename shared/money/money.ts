import { Decimal } from 'decimal.js';
import { exponentOf } from './currencies.js';

/**
 * An amount of one currency: a decimal string with exactly the decimals that the currency has ("10.00", "-0.50").
 * Two amounts of one currency are equal when their strings are. This file alone does arithmetic.
 */
export type Amount = string;

// More digits than any sum or product here can have: nothing is ever rounded unless a function says so.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN });

const AMOUNT_TEXT = /^(0|[1-9]\d{0,11})(\.\d+)?$/;

const ONLY_ZEROS = /^0*$/;

export type AmountFault = 'malformed' | 'unknown_currency' | 'too_many_decimals';

export type ParsedAmount =
  | { readonly ok: true; readonly amount: Amount }
  | { readonly ok: false; readonly fault: AmountFault };

/** What a caller wrote, at the currency's exponent. More decimals than it has are refused unless they are zeros. */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, fault: 'unknown_currency' };
  if (!AMOUNT_TEXT.test(text)) return { ok: false, fault: 'malformed' };
  // No arithmetic: zeros are added or dropped, and whatever else stands behind the last decimal is refused.
  const [whole = '', decimals = ''] = text.split('.');
  if (!ONLY_ZEROS.test(decimals.slice(exponent))) return { ok: false, fault: 'too_many_decimals' };
  if (exponent === 0) return { ok: true, amount: whole };
  return { ok: true, amount: `${whole}.${decimals.slice(0, exponent).padEnd(exponent, '0')}` };
}

/** Nothing, in this currency. @throws when the currency is unknown: it was checked at the edge. */
export function zero(currency: string): Amount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new Error(`unknown currency ${currency}`);
  return writeUnits(0, exponent);
}

/** @throws when the amounts are of currencies with different decimals: they have no sum. */
export function add(...amounts: readonly [Amount, ...Amount[]]): Amount {
  return amounts.reduce(sumOf);
}

/** @throws as `add`. */
export function subtract(from: Amount, amount: Amount): Amount {
  const decimals = decimalsOf(from);
  if (isSmall(from) && isSmall(amount) && decimalsOf(amount) === decimals)
    return writeUnits(unitsOf(from) - unitsOf(amount), decimals);
  return write(new Exact(from).minus(amount), decimals);
}

export function negate(amount: Amount): Amount {
  if (isSmall(amount)) return writeUnits(-unitsOf(amount), decimalsOf(amount));
  return write(new Exact(amount).negated(), decimalsOf(amount));
}

export function isZero(amount: Amount): boolean {
  return isSmall(amount) ? unitsOf(amount) === 0 : new Exact(amount).isZero();
}

export function isNegative(amount: Amount): boolean {
  return isSmall(amount) ? unitsOf(amount) < 0 : new Exact(amount).lessThan(0);
}

export function isPositive(amount: Amount): boolean {
  return isSmall(amount) ? unitsOf(amount) > 0 : new Exact(amount).greaterThan(0);
}

export function isLess(amount: Amount, than: Amount): boolean {
  if (isSmall(amount) && isSmall(than) && decimalsOf(amount) === decimalsOf(than))
    return unitsOf(amount) < unitsOf(than);
  return new Exact(amount).lessThan(than);
}

function sumOf(sum: Amount, amount: Amount): Amount {
  const decimals = decimalsOf(sum);
  if (isSmall(sum) && isSmall(amount) && decimalsOf(amount) === decimals)
    return writeUnits(unitsOf(sum) + unitsOf(amount), decimals);
  return write(new Exact(sum).plus(amount), decimals);
}

export function smallest(one: Amount, other: Amount): Amount {
  return isLess(one, other) ? one : other;
}

/** The amount, or zero where it is below zero. */
export function notBelowZero(amount: Amount): Amount {
  return isNegative(amount) ? subtract(amount, amount) : amount;
}

/**
 * amount × part ÷ whole, rounded down: what cannot be split stays with whoever takes the rest.
 * @throws when the whole is zero.
 */
export function share(amount: Amount, part: Amount, whole: Amount): Amount {
  if (isZero(whole)) throw new Error(`${amount} has no share of ${whole}`);
  // Most stakes have no bonus in them.
  if (isZero(part)) return subtract(amount, amount);
  return writeRoundedDown(new Exact(amount).times(part).dividedBy(whole), decimalsOf(amount));
}

/** amount × factor, rounded down. The factor is a plain decimal such as "0.35" or "35". */
export function scale(amount: Amount, factor: string): Amount {
  return writeRoundedDown(new Exact(amount).times(factor), decimalsOf(amount));
}

/**
 * The shortest exact decimal form as a JSON number: "10.50" is 10.5.
 * @throws when a JSON number cannot hold it, which needs more than 15 digits.
 */
export function toJsonNumber(amount: Amount): number {
  const value = new Exact(amount);
  const number = value.toNumber();
  if (!value.equals(String(number))) throw new Error(`${amount} is no JSON number`);
  return number;
}

function writeRoundedDown(value: Decimal, decimals: number): Amount {
  return write(value.toDecimalPlaces(decimals, Decimal.ROUND_DOWN), decimals);
}

/** One form for each value, so never "-0.00". @throws when it has more decimals: what does not fit is not dropped. */
function write(value: Decimal, decimals: number): Amount {
  if (value.decimalPlaces() > decimals) throw new Error(`${value} has more than ${decimals} decimals`);
  // Decimal writes its negative zero without a sign.
  return value.toFixed(decimals);
}

// A bet adds and compares a dozen times. Amounts of up to 14 digits are whole numbers of their smallest unit then, far
// inside what a number counts without a gap; everything else is decimal.js's.

const SMALL_LENGTH_MAX = 15;

function isSmall(amount: Amount): boolean {
  return amount.length <= SMALL_LENGTH_MAX;
}

function unitsOf(amount: Amount): number {
  const point = amount.indexOf('.');
  return Number(point === -1 ? amount : amount.slice(0, point) + amount.slice(point + 1));
}

function writeUnits(units: number, decimals: number): Amount {
  if (decimals === 0) return String(units + 0);
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${units < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function decimalsOf(amount: Amount): number {
  const point = amount.indexOf('.');
  return point === -1 ? 0 : amount.length - point - 1;
}
