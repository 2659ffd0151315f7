import { z } from 'zod';

// `catalogue-bonuses`: the bonus templates that were ever offered, as they were when they first appeared. By it every
// start of command sees that no version was changed or lost: bonuses that were granted under it still need it.

export const catalogueEventSchemas = {
  BonusTemplateAdded: z.object({
    bonusId: z.string(),
    version: z.number().int().positive(),
    /** SHA-256 over RFC 8785 JSON of the template. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    /** All its terms, as the catalogue's file had them; whether it has ended is none. */
    template: z.record(z.string(), z.json()),
  }),
};

type Schemas = typeof catalogueEventSchemas;

export type CatalogueEvent = {
  [T in keyof Schemas]: { readonly type: T; readonly data: z.infer<Schemas[T]> };
}[keyof Schemas];

export const CATALOGUE_SCHEMA_VERSION = 1;
