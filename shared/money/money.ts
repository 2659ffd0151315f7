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

export type AmountFault = 'malformed' | 'unknown_currency' | 'too_many_decimals';

export type ParsedAmount =
  | { readonly ok: true; readonly amount: Amount }
  | { readonly ok: false; readonly fault: AmountFault };

/** What a caller wrote, at the currency's exponent. More decimals than it has are refused unless they are zeros. */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return { ok: false, fault: 'unknown_currency' };
  if (!AMOUNT_TEXT.test(text)) return { ok: false, fault: 'malformed' };
  const value = new Exact(text);
  if (value.decimalPlaces() > exponent) return { ok: false, fault: 'too_many_decimals' };
  return { ok: true, amount: value.toFixed(exponent) };
}

/** Nothing, in this currency. @throws when the currency is unknown: it was checked at the edge. */
export function zero(currency: string): Amount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new Error(`unknown currency ${currency}`);
  return new Exact(0).toFixed(exponent);
}

export function add(...amounts: readonly [Amount, ...Amount[]]): Amount {
  return amounts.reduce((sum, amount) => new Exact(sum).plus(amount).toFixed(decimalsOf(sum)));
}

export function subtract(from: Amount, amount: Amount): Amount {
  return new Exact(from).minus(amount).toFixed(decimalsOf(from));
}

export function negate(amount: Amount): Amount {
  const value = new Exact(amount);
  return (value.isZero() ? value.abs() : value.negated()).toFixed(decimalsOf(amount));
}

export function isZero(amount: Amount): boolean {
  return new Exact(amount).isZero();
}

export function isNegative(amount: Amount): boolean {
  return new Exact(amount).lessThan(0);
}

export function isPositive(amount: Amount): boolean {
  return new Exact(amount).greaterThan(0);
}

export function isLess(amount: Amount, than: Amount): boolean {
  return new Exact(amount).lessThan(than);
}

export function smallest(one: Amount, other: Amount): Amount {
  return isLess(one, other) ? one : other;
}

/** The amount, or zero where it is below zero. */
export function notBelowZero(amount: Amount): Amount {
  return isNegative(amount) ? subtract(amount, amount) : amount;
}

/** amount × part ÷ whole, rounded down: what cannot be split stays with whoever takes the rest. */
export function share(amount: Amount, part: Amount, whole: Amount): Amount {
  return new Exact(amount).times(part).dividedBy(whole).toFixed(decimalsOf(amount), Decimal.ROUND_DOWN);
}

/** amount × factor, rounded down. The factor is a plain decimal such as "0.35" or "35". */
export function scale(amount: Amount, factor: string): Amount {
  return new Exact(amount).times(factor).toFixed(decimalsOf(amount), Decimal.ROUND_DOWN);
}

/** The shortest exact decimal form as a JSON number: "10.50" is 10.5. Exact, for an amount has at most 15 digits. */
export function toJsonNumber(amount: Amount): number {
  return new Exact(amount).toNumber();
}

function decimalsOf(amount: Amount): number {
  const point = amount.indexOf('.');
  return point === -1 ? 0 : amount.length - point - 1;
}
