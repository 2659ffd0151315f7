import type { Inquiry } from './inquiry.js';

export type CheckId = 'wallet' | 'idempotency' | 'rollbacks' | 'bonuses' | 'fast_track';

/** One rule, shown on players of its own. It passes when something was compared and all of it is as expected. */
export type Case = {
  readonly id: string;
  /** What is right, as a sentence without its full stop. */
  readonly title: string;
  /** It changes what all players share, so no other case runs beside it. */
  readonly alone?: boolean;
  readonly gather: (inquiry: Inquiry) => Promise<void>;
};

/** One of the guide's five checks. */
export type Check = { readonly id: CheckId; readonly title: string; readonly cases: readonly Case[] };
