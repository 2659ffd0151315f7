import { guideCompletedDeposit, guideMessages } from './guide-messages.js';
import { nativeCompletedDeposit, nativeMessages } from './native-messages.js';
import type { Profile } from './profile.js';

/** The profiles that this staging speaks; the names are those of `FT_PROFILE`. */
export const profiles = {
  guide: { routes: guideMessages, creditsTemplates: false, completedDeposit: guideCompletedDeposit },
  native: { routes: nativeMessages, creditsTemplates: true, completedDeposit: nativeCompletedDeposit },
} as const satisfies { readonly [name: string]: Profile };

export type ProfileName = keyof typeof profiles;
