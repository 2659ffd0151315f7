import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { startStack } from '../../../embedded/stack.js';
import { PROVIDER, startCommandProcess } from '../command-process.js';
import { atLeast, type Figure, plain } from '../figures.js';
import { COMPARED_AT, CONCURRENCIES, type Limits, WARM_TIMES } from '../limits.js';
import { runLoad } from '../load/run-load.js';
import { seedPlayers } from '../seeded-player.js';

const PLAYERS = 1_000;
const OVER_APPENDS_MIN = 0.6;
const OVER_ONE_HOUSE_MIN = 4;
const OVER_SPREAD_MIN = 1.3;

/** Signed bets over HTTP with nothing beside the command service and its event store: figure A. */
export async function measureCommandAlone(limits: Limits, seconds: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'croupier-bench-'));
  const stack = await startStack({ only: ['eventStore'] });
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl });
  try {
    const players = await seedPlayers(store, 1, PLAYERS);
    const command = await startCommandProcess(stack.eventStoreUrl, folder);
    const load = (run: string, concurrency: number, secs: number) =>
      runLoad({ url: command.url, provider: PROVIDER, players, run, seconds: secs, mode: { concurrency } });
    await load('warm', COMPARED_AT, seconds * WARM_TIMES);
    const figures: Figure[] = [];
    let compared = Number.NaN;
    for (const concurrency of CONCURRENCIES) {
      const { rate, latency } = await load(`at-${concurrency}`, concurrency, seconds);
      figures.push(plain(`bets_command_alone_at_${concurrency}`, rate, '/s'));
      figures.push(plain(`bets_command_alone_p99_at_${concurrency}`, latency.p99, 'ms'));
      if (concurrency === COMPARED_AT) compared = rate;
    }
    await command.kill();
    return [
      ...figures,
      atLeast('bets_over_bare_appends', compared / limits.appends, 'ratio', OVER_APPENDS_MIN),
      plain('bets_over_bare_signed_http', compared / limits.signedRequests, 'ratio'),
      atLeast('bets_over_sql_one_house_account', compared / limits.sqlOneHouse, 'ratio', OVER_ONE_HOUSE_MIN),
      atLeast('bets_over_sql_spread', compared / limits.sqlSpread, 'ratio', OVER_SPREAD_MIN),
    ];
  } finally {
    await store.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
