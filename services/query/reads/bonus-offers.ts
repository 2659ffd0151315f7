import { z } from 'zod';

/** What Fast Track lists: a name for its users, and the bonus code that it sends back. */
export type BonusOffer = { readonly text: string; readonly value: string };

/** The little of the catalogue that is offered to Fast Track. Command checks the whole file; here it is only read. */
const catalogue = z.object({
  bonusTemplates: z.array(z.object({ bonusId: z.string(), version: z.number(), name: z.string(), ended: z.boolean() })),
});

/**
 * The bonuses that may be credited today: the newest version of each, unless it has ended.
 * @throws Error when the text is no catalogue.
 */
export function bonusOffersIn(text: string): readonly BonusOffer[] {
  const { bonusTemplates } = catalogue.parse(JSON.parse(text));
  const newest = new Map<string, (typeof bonusTemplates)[number]>();
  for (const template of bonusTemplates) {
    const before = newest.get(template.bonusId);
    if (before === undefined || before.version < template.version) newest.set(template.bonusId, template);
  }
  return [...newest.values()]
    .filter(({ ended }) => !ended)
    .map(({ bonusId, name }) => ({ text: name, value: bonusId }));
}
