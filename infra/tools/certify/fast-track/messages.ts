import { z } from 'zod';

/** A message as Fast Track staging shows it. */
export const messageSchema = z.object({
  n: z.number(),
  received_at: z.string(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  status: z.number(),
  taken: z.boolean(),
  duplicate: z.boolean(),
  body: z.unknown(),
});

export type Message = z.infer<typeof messageSchema>;

export const pageSchema = z.object({ messages: z.array(messageSchema) });

export function sequenceOf({ headers }: Message): number {
  return Number(headers['x-sequence'] ?? Number.NaN);
}

export function keyOf({ headers }: Message): string {
  return headers['idempotency-key'] ?? '';
}

const named = z.object({ user_id: z.string() });
const timed = z.object({ timestamp: z.string() });

/** Whom it is about. */
export function userOf({ body }: Message): string | undefined {
  return named.safeParse(body).data?.user_id;
}

export function timestampOf({ body }: Message): string {
  return timed.safeParse(body).data?.timestamp ?? '';
}
