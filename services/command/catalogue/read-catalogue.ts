import { parseCatalogue, unusableCatalogue } from '../../../shared/catalogue/catalogue-text.js';
import { type Catalogue, catalogueSchema, createCatalogue } from './catalogue.js';
import { catalogueFaults } from './faults.js';

/**
 * The catalogue that a file's text holds.
 * @throws Error that names the file and each of its faults.
 */
export function readCatalogue(text: string, file: string): Catalogue {
  const catalogue = parseCatalogue(catalogueSchema, text, file);
  const faults = catalogueFaults(catalogue);
  if (faults.length > 0) throw unusableCatalogue(file, faults);
  return createCatalogue(catalogue);
}
