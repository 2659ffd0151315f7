import type { ExecutionContext } from 'ava';
import { STACK_NAMES, type StackName, type StackUrls, startStack } from '../embedded/stack.js';

/** The servers that `npm test` or the user names in the environment; without them, a stack of this test's own. */
export async function testStack(t: ExecutionContext, only: readonly StackName[] = STACK_NAMES): Promise<StackUrls> {
  const named = {
    eventStoreUrl: process.env.EVENTSTORE_URL ?? '',
    natsUrl: process.env.NATS_URL ?? '',
    postgresUrl: process.env.POSTGRES_URL ?? '',
  };
  const missing = only.filter((name) => named[`${name}Url`] === '');
  if (missing.length === 0) return named;
  const stack = await startStack({ only: missing });
  t.teardown(stack.stop);
  const started = Object.fromEntries(missing.map((name) => [`${name}Url`, stack[`${name}Url`]]));
  return { ...named, ...started };
}
