import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { ReadyInfo } from '../../../embedded/ready.js';
import { seedPlayers } from '../seeded-player.js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { runLoad } from './run-load.js';

export type RunPlatformLoad = (run: string, seconds: number, mode: LoadPlan['mode']) => Promise<LoadResult>;

/** Gives a running platform so many players, and answers how to have them play. */
export async function platformLoad({ eventStore, command, keys }: ReadyInfo, count: number): Promise<RunPlatformLoad> {
  const store = createEsdbEventStore({ connectionString: eventStore });
  const players = await seedPlayers(store, 1, count);
  await store.close();
  const provider = { id: keys.providerId, secret: keys.providerSecret };
  return (run, seconds, mode) => runLoad({ url: command, provider, players, run, seconds, mode });
}
