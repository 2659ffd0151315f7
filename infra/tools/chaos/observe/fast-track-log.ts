import { z } from 'zod';
import { callHttp } from '../../../sandbox/http-call.js';
import type { Message } from '../checker/run-log.js';

const TIMEOUT_MS = 10_000;

const answerSchema = z.object({
  messages: z.array(
    z.object({
      n: z.number(),
      received_at: z.string(),
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown(),
      status: z.number(),
      taken: z.boolean(),
    }),
  ),
});

/** What arrived at Fast Track after message `n`, one answer's worth; undefined while staging does not answer. */
export async function messagesAfter(fastTrack: string, n: number): Promise<readonly Message[] | undefined> {
  const answer = await callHttp({ method: 'GET', url: `${fastTrack}/messages?after=${n}`, timeoutMs: TIMEOUT_MS });
  if (answer?.status !== 200) return undefined;
  return answerSchema.parse(answer.body).messages.map(({ received_at, headers, ...message }) => ({
    ...message,
    receivedAt: received_at,
    key: headers['idempotency-key'] ?? '',
    sequence: headers['x-sequence'] ?? '',
  }));
}

/** Everything. @throws Error when staging does not answer: a log with a hole proves nothing */
export async function allMessages(fastTrack: string): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (;;) {
    const page = await messagesAfter(fastTrack, all.at(-1)?.n ?? 0);
    if (page === undefined) throw new Error('staging does not show its messages');
    if (page.length === 0) return all;
    all.push(...page);
  }
}
