import { z } from 'zod';
import { exponentOf } from '../../../shared/money/currencies.js';

/** A currency that the brand has no rate for. Nothing is guessed: the lane waits until a rate is configured. */
export class NoExchangeRate extends Error {
  override readonly name = 'NoExchangeRate';
}

/** What an amount of this currency is multiplied with to be one of the base currency. @throws NoExchangeRate */
export type ExchangeRate = (currency: string) => number;

export const currencyCode = z.string().refine((code) => exponentOf(code) !== undefined, 'is no currency of ISO 4217');

/** A decimal string that a JSON number holds exactly. */
const rate = z
  .string()
  .regex(/^(0|[1-9]\d{0,5})(\.\d{1,9})?$/, 'must be a decimal string, such as "0.0885"')
  .refine((text) => Number(text) > 0, 'must be above zero');

export const exchangeRatesSchema = z.record(currencyCode, rate);

export function createExchangeRate(base: string, rates: z.infer<typeof exchangeRatesSchema>): ExchangeRate {
  const numbers = new Map(Object.entries(rates).map(([currency, text]) => [currency, Number(text)]));
  return (currency) => {
    const known = currency === base ? 1 : numbers.get(currency);
    if (known === undefined) throw new NoExchangeRate(`no exchange rate from ${currency} to ${base} is configured`);
    return known;
  };
}
