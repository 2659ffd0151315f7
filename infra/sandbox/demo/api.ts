import { setTimeout as wait } from 'node:timers/promises';
import type { ZodType } from 'zod';
import { type Call, callHttp } from '../http-call.js';

/** A step of the demo that did not go as it must; the message says where and what was answered. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

const CALL_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

export type Ask = Pick<Call, 'method' | 'url'> & {
  readonly token?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly json?: unknown;
};

/** One call that must succeed and answer in this shape. @throws StepFailed */
export async function ask<T>(schema: ZodType<T>, { method, url, token, headers, json }: Ask): Promise<T> {
  const answer = await callHttp({
    method,
    url,
    headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    timeoutMs: CALL_TIMEOUT_MS,
  });
  const where = `${method} ${url}`;
  if (answer === undefined) throw new StepFailed(`${where} was not answered`);
  if (answer.status >= 300) throw new StepFailed(`${where} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  const result = schema.safeParse(answer.body);
  if (result.success) return result.data;
  throw new StepFailed(`${where} answered ${answer.status} with an unexpected body: ${JSON.stringify(answer.body)}`);
}

/** Looks again and again until there is something. @throws StepFailed that names what did not come. */
export async function eventually<T>(what: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new StepFailed(`${what} did not come within ${timeoutMs / 1_000} s`);
    await wait(POLL_INTERVAL_MS);
  }
}
