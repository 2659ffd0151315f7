import type { Brand } from './brand.js';
import type { FtMapping } from './ft-message.js';
import { guideMessages } from './guide.js';
import { createNativeMessages } from './native.js';

type Dialect = {
  readonly mapping: (brand: Brand) => FtMapping;
  /** Its messages of a bonus say what only an earlier event of that bonus holds. */
  readonly asksForBonuses: boolean;
};

/** The dialects that Fast Track is spoken to in, by their FT_PROFILE. A dialect is one mapping and one row here. */
export const FT_PROFILES = {
  guide: { mapping: () => guideMessages, asksForBonuses: false },
  native: { mapping: createNativeMessages, asksForBonuses: true },
} satisfies { readonly [profile: string]: Dialect };

export type FtProfile = keyof typeof FT_PROFILES;

export function isFtProfile(name: string): name is FtProfile {
  return Object.hasOwn(FT_PROFILES, name);
}
