import { readBrandCatalogue } from '../../../shared/catalogue/brand-catalogue.js';
import { catalogueFile } from '../../../shared/config/catalogue-file.js';
import type { Brand } from '../fast-track/brand.js';
import { createExchangeRate } from '../fast-track/exchange-rates.js';

const { text, file } = catalogueFile(undefined);

/** The brand of tests: the catalogue that comes with Croupier, euros, and what a krona and a yen are worth. */
export const TEST_BRAND: Brand = {
  catalogue: readBrandCatalogue(text, file),
  exchangeRate: createExchangeRate('EUR', { SEK: '0.0885', JPY: '0.0061', KWD: '2.98' }),
};
