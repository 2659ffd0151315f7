import { z } from 'zod';
import { isCallerId } from '../ids/ids.js';
import { parseCatalogue } from './catalogue-text.js';

// What every service may ask of the brand's catalogue: what games, providers, PSPs and bonuses are called. The terms of
// bonuses are command's alone, which also refuses to start where they cannot be kept.

export const catalogueName = z.string().min(1);

/** As callers name games in their requests. */
export const catalogueId = z.string().refine(isCallerId, 'must be 1 to 128 printable ASCII characters without a space');

export const gameSchema = z.strictObject({
  gameId: catalogueId,
  name: catalogueName,
  /** `Slots`, `Table` and `Live Casino` are Fast Track's own words. */
  category: catalogueName,
  provider: catalogueName,
});

export type Game = z.infer<typeof gameSchema>;

/** What people call it, by its id. */
export const names = z.record(catalogueId, catalogueName);

export const bonusKind = z.enum([
  ...['welcome', 'reload', 'cashback', 'no_deposit'],
  ...['wager_free', 'free_spins', 'risk_free_bet'],
] as const);

export type BonusKind = z.infer<typeof bonusKind>;

const brandCatalogueSchema = z.object({
  games: z.array(gameSchema),
  providers: names.default({}),
  psps: names.default({}),
  bonusTemplates: z.array(z.object({ bonusId: catalogueId, kind: bonusKind.optional() })),
});

/** Undefined wherever the catalogue does not say: histories name what a brand no longer has. */
export type BrandCatalogue = {
  game(gameId: string): Game | undefined;
  providerName(providerId: string): string | undefined;
  pspName(pspId: string): string | undefined;
  bonusKind(bonusId: string): BonusKind | undefined;
};

/** @throws Error that names the file and each of its faults. */
export function readBrandCatalogue(text: string, file: string): BrandCatalogue {
  const { games, providers, psps, bonusTemplates } = parseCatalogue(brandCatalogueSchema, text, file);
  const gamesById = new Map(games.map((game) => [game.gameId, game]));
  const providerNames = new Map(Object.entries(providers));
  const pspNames = new Map(Object.entries(psps));
  // Of several versions the last in the file that says one.
  const kinds = new Map(bonusTemplates.flatMap(({ bonusId, kind }) => (kind === undefined ? [] : [[bonusId, kind]])));
  return {
    game: (gameId) => gamesById.get(gameId),
    providerName: (providerId) => providerNames.get(providerId),
    pspName: (pspId) => pspNames.get(pspId),
    bonusKind: (bonusId) => kinds.get(bonusId),
  };
}
