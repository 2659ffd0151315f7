import type { ExecutionContext } from 'ava';
import { STACK_NAMES, type Stack, type StackName, type StackUrls, startStack } from '../embedded/stack.js';
import { thisFile } from './this-file.js';

/** Servers that this test file had to start, and shares between its tests as `npm test` shares them between all files. */
const ofThisFile = new Map<StackName, Promise<Stack>>();

/** The servers that `npm test` or the user names in the environment; without them, those of this test file. */
export async function testStack(_t: ExecutionContext, only: readonly StackName[] = STACK_NAMES): Promise<StackUrls> {
  const urls = {
    eventStoreUrl: process.env.EVENTSTORE_URL ?? '',
    natsUrl: process.env.NATS_URL ?? '',
    postgresUrl: process.env.POSTGRES_URL ?? '',
  };
  const missing = only.filter((name) => urls[`${name}Url`] === '');
  for (const name of missing) urls[`${name}Url`] = (await started(name))[`${name}Url`];
  return urls;
}

function started(name: StackName): Promise<Stack> {
  const known = ofThisFile.get(name);
  if (known !== undefined) return known;
  const stack = startStack({ only: [name] });
  ofThisFile.set(name, stack);
  thisFile.teardown(async () => (await stack).stop());
  return stack;
}
