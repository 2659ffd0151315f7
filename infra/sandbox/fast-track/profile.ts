import type { ZodType } from 'zod';

export type MessageRoute = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly schema: ZodType<{ readonly user_id: string }>;
};

/** What a campaign can be triggered by. */
export type Happening =
  | { readonly kind: 'registration' | 'login' }
  | { readonly kind: 'deposit'; readonly amount: number };

/** One dialect of Fast Track: its routes with their bodies, and how its messages read to a campaign. */
export type Profile = {
  readonly routes: readonly MessageRoute[];
  /** There is a call that credits a bonus without saying how much. */
  readonly creditsTemplates: boolean;
  /** The amount of a completed deposit; undefined for every other message. */
  completedDeposit(path: string, body: unknown): number | undefined;
};

/** What a message says has happened, if a campaign can be triggered by it. */
export function happeningIn(
  { completedDeposit }: Pick<Profile, 'completedDeposit'>,
  { method, path }: { readonly method: string; readonly path: string },
  body: unknown,
): Happening | undefined {
  // These two are the same in every profile.
  if (method === 'POST' && path === '/v2/integration/user') return { kind: 'registration' };
  if (method === 'POST' && path === '/v2/integration/login') return { kind: 'login' };
  const amount = completedDeposit(path, body);
  return amount === undefined ? undefined : { kind: 'deposit', amount };
}
