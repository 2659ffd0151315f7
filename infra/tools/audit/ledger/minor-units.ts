import { exponentOf } from '../../../../shared/money/currencies.js';

/** An amount in its currency's smallest unit. Other arithmetic than the ledger's decimals on purpose: see docs/audit.md. */
export type Units = bigint;

const SHAPES = [/^-?(0|[1-9]\d*)$/, ...[1, 2, 3].map((decimals) => new RegExp(`^-?(0|[1-9]\\d*)\\.\\d{${decimals}}$`))];

/** By exponent: what was read a moment ago. One event writes the same few amounts a dozen times, and players the same stakes. */
const LATELY: readonly Map<string, Units>[] = [new Map(), new Map(), new Map(), new Map()];
const LATELY_MAX = 4_096;

/** The amount in minor units; undefined when it is not written with exactly the currency's decimals. */
export function unitsOf(amount: string, currency: string): Units | undefined {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return undefined;
  const lately = LATELY[exponent];
  const known = lately?.get(amount);
  if (known !== undefined) return known;
  const units = readUnits(amount, exponent);
  if (units === undefined || lately === undefined) return units;
  if (lately.size >= LATELY_MAX) lately.clear();
  lately.set(amount, units);
  return units;
}

function readUnits(amount: string, exponent: number): Units | undefined {
  if (SHAPES[exponent]?.test(amount) !== true) return undefined;
  const digits = exponent === 0 ? amount : amount.slice(0, -exponent - 1) + amount.slice(-exponent);
  const units = BigInt(digits);
  // Nothing below zero is a second way to write nothing.
  return units === 0n && amount.startsWith('-') ? undefined : units;
}

/** As `unitsOf`, for a sum of the database, which may have fewer decimals ("0") or zeros too many. */
export function unitsOfNumeric(numeric: string, currency: string): Units | undefined {
  const exponent = exponentOf(currency) ?? 0;
  const [whole = '', decimals = ''] = numeric.split('.');
  const kept = decimals.slice(0, exponent).padEnd(exponent, '0');
  if (/[^0]/.test(decimals.slice(exponent))) return undefined;
  return unitsOf(exponent === 0 ? whole : `${whole}.${kept}`, currency);
}

/** How the ledger writes it. */
export function amountOf(units: Units, currency: string): string {
  const exponent = exponentOf(currency) ?? 0;
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(exponent + 1, '0');
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
