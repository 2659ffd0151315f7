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

/**
 * Removes from the store's disk what was deleted before this call. Resolves when it is gone, with the embedded server.
 *
 * @throws ScavengeFailed when the store is not there, refuses, stops the scavenge or ends during it.
 */
export async function scavenge(connectionString: string): Promise<ScavengeReport> {
  let client: ScavengeClient | undefined;
  try {
    client = openScavengeClient(connectionString);
    const first = await client.start();
    let { scavengeId } = first;
    if (!embeddedStart.safeParse(await client.beginning(scavengeId)).success) {
      return { kind: 'in-background', scavengeId };
    }
    if (!first.isOurs) {
      // It may have passed over what was deleted since it began; whichever comes next begins after this call.
      await client.ending(scavengeId);
      ({ scavengeId } = await client.start());
    }
    const { result, error, ...figures } = completed.parse(await client.ending(scavengeId));
    if (result === 'Success') return { kind: 'done', ...figures };
    throw new ScavengeFailed(`scavenge ${scavengeId} ended as ${result}${error === '' ? '' : `: ${error}`}`);
  } catch (error) {
    if (error instanceof ScavengeFailed) throw error;
    throw new ScavengeFailed(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await client?.close();
  }
}
