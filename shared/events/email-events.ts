import { z } from 'zod';

// `email-*`: who holds an address (the stream's name is its keyed hash), and the password's hash.

const credential = z.object({
  algorithm: z.literal('scrypt'),
  cost: z.number().int(),
  blockSize: z.number().int(),
  parallelization: z.number().int(),
  /** Base64. */
  salt: z.string(),
  /** Base64. */
  hash: z.string(),
});

export type Credential = z.infer<typeof credential>;

export const emailEventSchemas = {
  /** Void when its `player-*` stream does not exist after ten minutes; then the next one takes over. */
  EmailReserved: z.object({ playerId: z.string(), credential, idempotencyKey: z.string().nullable() }),
  PasswordChanged: z.object({ credential }),
};

type Schemas = typeof emailEventSchemas;

export type EmailEvent = {
  [T in keyof Schemas]: { readonly type: T; readonly data: z.infer<Schemas[T]> };
}[keyof Schemas];

export const EMAIL_SCHEMA_VERSION = 1;
