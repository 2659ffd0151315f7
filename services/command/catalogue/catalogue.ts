import { z } from 'zod';
import {
  bonusKind,
  type Game,
  gameSchema,
  catalogueId as id,
  catalogueName as name,
  names,
} from '../../../shared/catalogue/brand-catalogue.js';

// What the brand offers: games and bonus templates. Data that was checked at start; deciders only look things up.

const amount = z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal string');
/** A multiple or a percentage. Written in one way only, so that the same terms have the same hash. */
const factor = z
  .string()
  .regex(/^(0|[1-9]\d{0,5})(\.\d{0,5}[1-9])?$/, 'must be a decimal string without needless zeros');
/** A bonus that outlives its brand is a typing error; and no date may leave the four-digit years. */
const EXPIRY_DAYS_MAX = 3_650;
const VERSION_MAX = 10_000;

// Every object is strict: a misspelt term must not count as left out.

/** What depends on the player's currency: the range of the amount, and the largest bet while wagering (null = any). */
const terms = z.strictObject({ min: amount, max: amount, maxBet: amount.nullable() });

const template = z.strictObject({
  bonusId: id,
  /** A version is never changed: a new one is added, and the highest is what is granted. */
  version: z.number().int().positive().max(VERSION_MAX),
  /** What it is called elsewhere. No term: it may be changed at any time. */
  kind: bonusKind.optional(),
  name,
  /** The requirement is this many times the bonus, or bonus and last deposit together; 0 = completed at once. */
  wageringMultiple: factor,
  wageringBase: z.enum(['bonus', 'deposit_and_bonus']),
  /** Percent of a stake that counts, by game, provider and category: the first that is listed decides; unlisted counts 0. */
  contributions: z.strictObject({
    games: z.record(z.string(), factor),
    providers: z.record(z.string(), factor),
    categories: z.record(z.string(), factor),
  }),
  /** From the grant on. Without wagering nothing is left to expire. */
  expiryDays: z.number().int().positive().max(EXPIRY_DAYS_MAX),
  stakeOrder: z.enum(['cash_first', 'bonus_first']),
  /** Only what was won above the granted amount converts. */
  sticky: z.boolean(),
  /** At most this many times the granted amount becomes cash; null = all. */
  conversionCapMultiple: factor.nullable(),
  forfeitedByWithdrawal: z.boolean(),
  /** No longer offered; of the newest version only. No term: it may be changed at any time. */
  ended: z.boolean(),
  /** By currency, what a credit that names no amount gives (Fast Track's `/bonus/credit`). No term either. */
  creditAmounts: z.record(z.string(), amount).optional(),
  currencies: z.record(z.string(), terms),
});

export const catalogueSchema = z.strictObject({
  games: z.array(gameSchema),
  /** What providers and PSPs are called, by id: for whoever tells others of them. */
  providers: names.optional(),
  psps: names.optional(),
  bonusTemplates: z.array(template),
});

export type CatalogueFile = z.infer<typeof catalogueSchema>;

export type BonusTemplate = z.infer<typeof template>;

export type Catalogue = {
  /** Every version of every bonus. */
  readonly bonusTemplates: readonly BonusTemplate[];
  game(gameId: string): Game | undefined;
  /** The version that is granted today; undefined when there is none or it has ended. */
  offeredTemplate(bonusId: string): BonusTemplate | undefined;
  /** The very version that a bonus was granted under. @throws TemplateUnknown */
  template(bonusId: string, version: number): BonusTemplate;
};

/** Another instance has started with a newer catalogue, and granted a version that this one will know once it restarts. */
export class TemplateUnknown extends Error {
  override readonly name = 'TemplateUnknown';
}

export function createCatalogue({ games, bonusTemplates }: CatalogueFile): Catalogue {
  const gamesById = new Map(games.map((entry) => [entry.gameId, entry]));
  return {
    bonusTemplates,
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
        throw new TemplateUnknown(`bonus template ${bonusId} version ${version} is not in the catalogue`);
      return found;
    },
  };
}

/** What a credit that names no amount gives: what is said of it, or the only amount there is. */
export function creditAmountOf(
  { creditAmounts = {}, currencies }: BonusTemplate,
  currency: string,
): string | undefined {
  const terms = own(currencies, currency);
  return own(creditAmounts, currency) ?? (terms?.min === terms?.max ? terms?.min : undefined);
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
