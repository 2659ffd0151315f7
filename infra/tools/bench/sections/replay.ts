import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { nodeCommand } from '../../../embedded/node-process.js';
import { startStack } from '../../../embedded/stack.js';
import { until } from '../../../testing/until.js';
import { bestOfThree } from '../baselines/run-baseline.js';
import { atLeast, type Figure, plain } from '../figures.js';
import { BEGINNING_EVENTS, idOf, seedPlayer } from '../seeded-player.js';
import { startServiceProcess } from '../service-process.js';

const PLAYERS = 100;
const AUDIT_MIN = 0.7;
const REBUILD_MIN = 0.35;
const REBUILT_MS = 300_000;

/** A history read whole: by the auditor, by a projector that begins with nothing, and bare. */
export async function measureReplay(events: number): Promise<readonly Figure[]> {
  const stack = await startStack();
  const store = createEsdbEventStore({ connectionString: stack.eventStoreUrl, appendTimeoutMs: 60_000 });
  try {
    const transactions = Math.floor(events / PLAYERS / 2) * 2;
    for (let n = 0; n < PLAYERS; n += 1) await seedPlayer(store, idOf(1 + n), transactions);
    const stored = PLAYERS * (transactions + BEGINNING_EVENTS);
    const bare = await bestOfThree('read-all.mjs', stack.eventStoreUrl);
    const urls = { EVENTSTORE_URL: stack.eventStoreUrl, POSTGRES_URL: stack.postgresUrl, NATS_URL: stack.natsUrl };

    const begunAt = performance.now();
    const projector = await startServiceProcess('projector', urls);
    await until('everything is projected', async () => (await projected(projector.url)) >= stored, REBUILT_MS);
    const rebuild = (stored / (performance.now() - begunAt)) * 1_000;
    await projector.kill();

    const [node, ...words] = nodeCommand('infra/tools/audit/main.ts');
    const auditedFrom = performance.now();
    await promisify(execFile)(node, words, { env: { ...process.env, ...urls }, maxBuffer: 1e8 });
    const audit = (stored / (performance.now() - auditedFrom)) * 1_000;
    return [
      plain('bare_read_all', bare, '/s'),
      plain('rebuild', rebuild, '/s'),
      atLeast('rebuild_over_bare_read_all', rebuild / bare, 'ratio', REBUILD_MIN),
      plain('audit', audit, '/s'),
      atLeast('audit_over_bare_read_all', audit / bare, 'ratio', AUDIT_MIN),
    ];
  } finally {
    await store.close();
    await stack.stop();
  }
}

async function projected(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^croupier_projector_projected_events_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
}
