import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What Fast Track lists: a name for its users, and the bonus code that it sends back. */
export type BonusOffer = { readonly text: string; readonly value: string };

/** The little of the catalogue that is offered to Fast Track. Command checks the whole file; here it is only read. */
const catalogue = z.object({
  bonusTemplates: z.array(z.object({ bonusId: z.string(), version: z.number(), name: z.string(), ended: z.boolean() })),
});

/**
 * The bonuses that may be credited today: the newest version of each, unless it has ended.
 * @throws Error when the file cannot be read as a catalogue.
 */
export function bonusOffersIn(file: string): readonly BonusOffer[] {
  const { bonusTemplates } = catalogue.parse(JSON.parse(readFileSync(file, 'utf8')));
  const newest = new Map<string, (typeof bonusTemplates)[number]>();
  for (const template of bonusTemplates) {
    const before = newest.get(template.bonusId);
    if (before === undefined || before.version < template.version) newest.set(template.bonusId, template);
  }
  return [...newest.values()]
    .filter(({ ended }) => !ended)
    .map(({ bonusId, name }) => ({ text: name, value: bonusId }));
}

/** The one that command reads too, unless told otherwise. */
export const CATALOGUE_FILE = fileURLToPath(new URL('../../command/catalogue/catalogue.json', import.meta.url));
