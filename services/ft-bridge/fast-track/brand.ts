import type { BrandCatalogue } from '../../../shared/catalogue/brand-catalogue.js';
import type { ExchangeRate } from './exchange-rates.js';

/** What a dialect may say of the brand beyond its events. */
export type Brand = {
  readonly catalogue: BrandCatalogue;
  readonly exchangeRate: ExchangeRate;
};
