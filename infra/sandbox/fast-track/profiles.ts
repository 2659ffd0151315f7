import { guideMessages, isGuideCompletedDeposit } from './guide-messages.js';
import { isNativeCompletedDeposit, nativeMessages } from './native-messages.js';
import type { Profile } from './profile.js';

/** The profiles that this staging speaks; the names are those of `FT_PROFILE`. */
export const profiles = {
  guide: { routes: guideMessages, isCompletedDeposit: isGuideCompletedDeposit },
  native: { routes: nativeMessages, isCompletedDeposit: isNativeCompletedDeposit },
} as const satisfies { readonly [name: string]: Profile };

export type ProfileName = keyof typeof profiles;
