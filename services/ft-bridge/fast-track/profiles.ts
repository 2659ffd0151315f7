import type { FtMapping } from './ft-message.js';
import { guideMessages } from './guide.js';

/** The dialects that Fast Track is spoken to in, by their FT_PROFILE. A dialect is one mapping and one row here. */
export const FT_PROFILES = { guide: guideMessages } satisfies { readonly [profile: string]: FtMapping };

export type FtProfile = keyof typeof FT_PROFILES;

export function isFtProfile(name: string): name is FtProfile {
  return Object.hasOwn(FT_PROFILES, name);
}
