import { z } from 'zod';

// What the brand offers: games and bonus templates. Data that was checked at start; deciders only look things up.

const amount = z.string().regex(/^\d+(\.\d+)?$/);
const factor = z.string().regex(/^\d+(\.\d+)?$/);

const game = z.object({
  gameId: z.string(),
  name: z.string(),
  category: z.string(),
  provider: z.string(),
});

/** What depends on the player's currency: the range of the amount, and the largest bet while wagering (null = any). */
const terms = z.object({ min: amount, max: amount, maxBet: amount.nullable() });

const template = z.object({
  bonusId: z.string(),
  /** A version is never changed: a new one is added, and the highest is what is granted. */
  version: z.number().int().positive(),
  name: z.string(),
  /** The requirement is this many times the bonus, or bonus and last deposit together; 0 = completed at once. */
  wageringMultiple: factor,
  wageringBase: z.enum(['bonus', 'deposit_and_bonus']),
  /** Percent of a stake that counts, by game, provider and category: the first that is listed decides; unlisted counts 0. */
  contributions: z.object({
    games: z.record(z.string(), factor),
    providers: z.record(z.string(), factor),
    categories: z.record(z.string(), factor),
  }),
  expiryDays: z.number().int().positive(),
  stakeOrder: z.enum(['cash_first', 'bonus_first']),
  /** Only what was won above the granted amount converts. */
  sticky: z.boolean(),
  /** At most this many times the granted amount becomes cash; null = all. */
  conversionCapMultiple: factor.nullable(),
  forfeitedByWithdrawal: z.boolean(),
  ended: z.boolean(),
  currencies: z.record(z.string(), terms),
});

export const catalogueSchema = z.object({ games: z.array(game), bonusTemplates: z.array(template) });

export type Game = z.infer<typeof game>;
export type BonusTemplate = z.infer<typeof template>;

export type Catalogue = {
  game(gameId: string): Game | undefined;
  /** The version that is granted today; undefined when there is none or it has ended. */
  offeredTemplate(bonusId: string): BonusTemplate | undefined;
  /** The very version that a bonus was granted under. @throws when it is gone: versions are kept for ever. */
  template(bonusId: string, version: number): BonusTemplate;
};

export function createCatalogue({ games, bonusTemplates }: z.infer<typeof catalogueSchema>): Catalogue {
  const gamesById = new Map(games.map((entry) => [entry.gameId, entry]));
  return {
    game: (gameId) => gamesById.get(gameId),
    offeredTemplate(bonusId) {
      const versions = bonusTemplates.filter((entry) => entry.bonusId === bonusId);
      const newest = versions.reduce<BonusTemplate | undefined>(
        (best, entry) => (best === undefined || entry.version > best.version ? entry : best),
        undefined,
      );
      return newest?.ended === false ? newest : undefined;
    },
    template(bonusId, version) {
      const found = bonusTemplates.find((entry) => entry.bonusId === bonusId && entry.version === version);
      if (found === undefined)
        throw new Error(`bonus template ${bonusId} version ${version} is gone from the catalogue`);
      return found;
    },
  };
}

/** Percent of a stake on this game that counts towards wagering: game before provider before category, else "0". */
export function contributionOf(
  template: BonusTemplate,
  gameId: string,
  provider: string,
  game: Game | undefined,
): string {
  const { games, providers, categories } = template.contributions;
  return own(games, gameId) ?? own(providers, provider) ?? (game && own(categories, game.category)) ?? '0';
}

/** Not what every object has: a caller may call its game `constructor`. */
function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
