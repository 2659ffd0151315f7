import { z } from 'zod';
import { openScavengeClient, type ScavengeClient } from './scavenge-client.js';

export type ScavengeReport =
  | { readonly kind: 'done'; readonly eventsKept: number; readonly bytesBefore: number; readonly bytesAfter: number }
  /** A real EventStoreDB: its stream `$scavenges-<id>` tells the end, which may be hours away. */
  | { readonly kind: 'in-background'; readonly scavengeId: string };

/** Nothing was lost; the message says what happened. */
export class ScavengeFailed extends Error {
  override readonly name = 'ScavengeFailed';
}

/** What the embedded server alone tells at the beginning. */
const embeddedStart = z.object({ bytesBefore: z.number() });
const completed = z.object({
  result: z.string(),
  error: z.string(),
  eventsKept: z.number(),
  bytesBefore: z.number(),
  bytesAfter: z.number(),
});
const ATTEMPTS_MAX = 10;

/**
 * Removes from the store's disk what was deleted before this call. Resolves when it is gone, with the embedded server.
 *
 * @throws ScavengeFailed when the store is not there, refuses, stops the scavenge or ends during it.
 */
export async function scavenge(connectionString: string): Promise<ScavengeReport> {
  const client = openScavengeClient(connectionString);
  try {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { scavengeId, isOurs } = await client.start();
      if (!(await isEmbedded(client, scavengeId))) return { kind: 'in-background', scavengeId };
      const report = await ending(client, scavengeId, isOurs);
      // One that ran already may have passed over what was deleted since it began.
      if (isOurs) return report;
    }
    throw new ScavengeFailed('other scavenges run one after the other, and this one did not get its turn');
  } catch (error) {
    if (error instanceof ScavengeFailed) throw error;
    throw new ScavengeFailed(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await client.close();
  }
}

async function isEmbedded(client: ScavengeClient, scavengeId: string): Promise<boolean> {
  return embeddedStart.safeParse(await client.beginning(scavengeId)).success;
}

async function ending(client: ScavengeClient, scavengeId: string, isOurs: boolean): Promise<ScavengeReport> {
  const { result, error, ...figures } = completed.parse(await client.ending(scavengeId));
  if (isOurs && result !== 'Success') {
    throw new ScavengeFailed(`scavenge ${scavengeId} ended as ${result}${error === '' ? '' : `: ${error}`}`);
  }
  return { kind: 'done', ...figures };
}
