import type { ZodType } from 'zod';

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
