import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const ready = z.object({ eventStore: z.string().min(1) });

/**
 * The store of `EVENTSTORE_URL`, else the one of the platform that runs on `CROUPIER_DATA_DIR`.
 *
 * @throws Error that says what is missing
 */
export async function storeAddress(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.EVENTSTORE_URL) return env.EVENTSTORE_URL;
  const path = join(env.CROUPIER_DATA_DIR || '.data', 'ready.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`EVENTSTORE_URL is not set, and there is no ${path}: Croupier does not run on this folder`, {
      cause,
    });
  }
  return parseReady(text, path).eventStore;
}

function parseReady(text: string, path: string): z.infer<typeof ready> {
  try {
    return ready.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} names no event store`, { cause });
  }
}
