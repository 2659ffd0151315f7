import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { startStack } from '../../embedded/stack.js';
import { bestOfThree, runBaseline } from './baselines/run-baseline.js';
import { PROVIDER } from './command-process.js';
import { type Figure, plain } from './figures.js';
import { runLoad } from './load/run-load.js';
import { idOf } from './seeded-player.js';

/** Callers at once. */
export const CONCURRENCIES = [1, 16, 64, 256] as const;
/** Where rates are compared with the limits. */
export const COMPARED_AT = 64;
/** V8 compiles what runs often: until then, a bet takes several times the CPU. So much longer than a measurement. */
export const WARM_TIMES = 4;
/** Connections of the plain SQL ledger: more were slower. */
const SQL_CONNECTIONS = 16;

/** What this machine can do at most, a second, and what a plain ledger in SQL does. */
export type Limits = {
  readonly appends: number;
  readonly signedRequests: number;
  readonly sqlOneHouse: number;
  readonly sqlSpread: number;
};

export async function measureLimits(
  seconds: number,
): Promise<{ readonly limits: Limits; readonly figures: readonly Figure[] }> {
  const stack = await startStack({ only: ['eventStore', 'postgres'] });
  try {
    const figures: Figure[] = [];
    const sync = await runBaseline('fsync.mjs');
    // Our own script printed it.
    const { p50, p99 } = JSON.parse(sync) as { readonly p50: number; readonly p99: number };
    figures.push(plain('disk_sync_p50', p50, 'ms'), plain('disk_sync_p99', p99, 'ms'));
    const measured = async (id: string, measure: () => Promise<number>) => {
      const value = await measure();
      figures.push(plain(id, value, '/s'));
      return value;
    };
    let appends = Number.NaN;
    for (const concurrency of CONCURRENCIES) {
      const rate = await measured(`bare_append_at_${concurrency}`, () =>
        bestOfThree('append.mjs', stack.eventStoreUrl, concurrency, seconds),
      );
      if (concurrency === COMPARED_AT) appends = rate;
    }
    const signedRequests = await measured(`bare_signed_http_at_${COMPARED_AT}`, () => bareSignedHttp(seconds));
    const sql = (house: string) => bestOfThree('sql-ledger.mjs', stack.postgresUrl, house, SQL_CONNECTIONS, seconds);
    const sqlOneHouse = await measured('sql_ledger_one_house_account', () => sql('one-house'));
    const sqlSpread = await measured('sql_ledger_spread', () => sql('spread'));
    return { limits: { appends, signedRequests, sqlOneHouse, sqlSpread }, figures };
  } finally {
    await stack.stop();
  }
}

/** The generator of every other rate, against a server that does nothing but check and answer. */
async function bareSignedHttp(seconds: number): Promise<number> {
  const script = fileURLToPath(new URL('baselines/http-server.mjs', import.meta.url));
  const server = spawn(process.execPath, [script, PROVIDER.secret], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [port] = await once(createInterface(server.stdout), 'line');
    const { rate } = await runLoad({
      url: `http://127.0.0.1:${port}`,
      provider: PROVIDER,
      players: [{ playerId: idOf(1), sessionId: 's' }],
      run: 'bare',
      seconds,
      mode: { concurrency: COMPARED_AT },
    });
    return rate;
  } finally {
    const exit = once(server, 'exit');
    server.stdin.end();
    await exit;
  }
}
