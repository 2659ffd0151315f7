import { z } from 'zod';

/** What Fast Track lists: a name for its users, and the bonus code that it sends back. */
export type BonusOffer = { readonly text: string; readonly value: string };

/** What an operator who credits a bonus has to know of it. */
export type BonusTemplate = {
  readonly bonus_id: string;
  readonly version: number;
  readonly name: string;
  /** How often the bonus (or bonus and deposit) must be wagered; a decimal. */
  readonly wagering_multiple: string;
  readonly expiry_days: number;
  readonly amounts: readonly { readonly currency: string; readonly min: string; readonly max: string }[];
};

/** The little of the catalogue that is shown. Command checks the whole file; here it is only read. */
const catalogue = z.object({
  bonusTemplates: z.array(
    z.object({
      ...{ bonusId: z.string(), version: z.number(), name: z.string(), ended: z.boolean() },
      ...{ wageringMultiple: z.string(), expiryDays: z.number() },
      currencies: z.record(z.string(), z.object({ min: z.string(), max: z.string() })),
    }),
  ),
});

/** What Fast Track lists of the bonuses that may be credited today. @throws Error when the text is no catalogue. */
export function bonusOffersIn(text: string): readonly BonusOffer[] {
  return templatesIn(text).map(({ bonusId, name }) => ({ text: name, value: bonusId }));
}

/** The same bonuses for the back office, with what may be granted. @throws Error when the text is no catalogue. */
export function bonusTemplatesIn(text: string): readonly BonusTemplate[] {
  return templatesIn(text).map((template) => ({
    ...{ bonus_id: template.bonusId, version: template.version, name: template.name },
    ...{ wagering_multiple: template.wageringMultiple, expiry_days: template.expiryDays },
    amounts: Object.entries(template.currencies).map(([currency, { min, max }]) => ({ currency, min, max })),
  }));
}

/** The newest version of each bonus, unless it has ended. */
function templatesIn(text: string): z.infer<typeof catalogue>['bonusTemplates'] {
  const { bonusTemplates } = catalogue.parse(JSON.parse(text));
  const newest = new Map<string, (typeof bonusTemplates)[number]>();
  for (const template of bonusTemplates) {
    const before = newest.get(template.bonusId);
    if (before === undefined || before.version < template.version) newest.set(template.bonusId, template);
  }
  return [...newest.values()].filter(({ ended }) => !ended);
}
