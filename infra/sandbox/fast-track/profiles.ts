import type { ZodType } from 'zod';
import { guideMessages, isGuideCompletedDeposit } from './guide-messages.js';

export type MessageRoute = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly schema: ZodType<{ readonly user_id: string }>;
};

/** One dialect of Fast Track: its routes with their bodies, and how its messages read to a campaign. */
export type Profile = {
  readonly routes: readonly MessageRoute[];
  isCompletedDeposit(path: string, body: unknown): boolean;
};

/** The profiles that this staging speaks; the names are those of `FT_PROFILE`. */
export const profiles = {
  guide: { routes: guideMessages, isCompletedDeposit: isGuideCompletedDeposit },
} as const satisfies { readonly [name: string]: Profile };

export type ProfileName = keyof typeof profiles;
