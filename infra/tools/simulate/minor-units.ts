// The simulation's own arithmetic: whole numbers of the smallest unit, so that it shares no line with shared/money.

const DECIMALS: { readonly [currency: string]: number } = { EUR: 2, USD: 2, JPY: 0, KWD: 3 };

/** @throws when a number is no longer exact: the simulation's amounts are far smaller. */
export function exact(minor: number): number {
  if (!Number.isSafeInteger(minor)) throw new Error(`${minor} is not exact`);
  return minor;
}

export function decimalsOf(currency: string): number {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new Error(`the simulation knows no ${currency}`);
  return decimals;
}

/** As the ledger writes it: "-0.05" is −5 with two decimals. */
export function write(minor: number, decimals: number): string {
  const digits = String(Math.abs(exact(minor))).padStart(decimals + 1, '0');
  const sign = minor < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** What `write` wrote, or a caller who writes as it does. */
export function read(amount: string): number {
  const minor = Number(amount.replace('.', ''));
  // Never a negative zero: it is another value to whoever compares.
  return exact(minor === 0 ? 0 : minor);
}
