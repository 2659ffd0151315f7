import { type Catalogue, catalogueSchema, createCatalogue } from './catalogue.js';
import { catalogueFaults } from './faults.js';

/**
 * The catalogue that a file's text holds.
 * @throws Error that names the file and each of its faults.
 */
export function readCatalogue(text: string, file: string): Catalogue {
  const shape = catalogueSchema.safeParse(parsed(text, file));
  if (!shape.success) {
    throw unusable(
      file,
      shape.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  const faults = catalogueFaults(shape.data);
  if (faults.length > 0) throw unusable(file, faults);
  return createCatalogue(shape.data);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`the catalogue ${file} is not JSON`, { cause });
  }
}

function unusable(file: string, faults: readonly string[]): Error {
  return new Error(`the catalogue ${file} is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}
