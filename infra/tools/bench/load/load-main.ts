import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { sign } from '../../../../shared/http/signature.js';
import { quantile } from '../figures.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

// Signed bets of 0.01, in a process of its own: what it costs is on nobody else's event loop.

const PATH = '/provider/v1/bet';
/** Open loop: more that wait than this, and the rate is far beyond what is served. */
const CONNECTIONS_MAX = 256;

// Our own bench wrote it.
const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
const connections = 'concurrency' in plan.mode ? plan.mode.concurrency : CONNECTIONS_MAX;
const betsMax = plan.bets ?? Number.POSITIVE_INFINITY;
const pool = new Pool(plan.url, { connections, pipelining: 1 });
const latencies: number[] = [];
let sent = 0;
/** By what was answered instead of 200: a problem's code, or the fault of a call without an answer. */
const failures: { [kind: string]: number } = {};

async function bet(dueAt: number): Promise<void> {
  const number = sent;
  sent += 1;
  const player = plan.players[number % plan.players.length];
  if (player === undefined) throw new Error('a load needs players');
  const body = JSON.stringify({
    transaction_id: `${plan.run}-${number}`,
    player_id: player.playerId,
    session_id: player.sessionId,
    game_id: 'slot_abc',
    round_id: `${plan.run}-${number}`,
    amount: '0.01',
    currency: 'EUR',
  });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const { id, secret } = plan.provider;
  try {
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path: PATH,
      headers: {
        'content-type': 'application/json',
        'x-provider-id': id,
        'x-timestamp': timestamp,
        'x-signature': sign(secret, { timestamp, method: 'POST', path: PATH, body }),
      },
      body,
    });
    const said = await answer.text();
    if (statusCode === 200) latencies.push(performance.now() - dueAt);
    else fail(`${statusCode} ${/"code":"(\w+)"/.exec(said)?.[1] ?? ''}`);
  } catch (error) {
    fail(String(error));
  }
}

function fail(kind: string): void {
  failures[kind] = (failures[kind] ?? 0) + 1;
}

async function closed(concurrency: number, until: number): Promise<void> {
  const caller = async () => {
    while (performance.now() < until && sent < betsMax) await bet(performance.now());
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

async function open(perSecond: number, begunAt: number, until: number): Promise<void> {
  const running: Promise<void>[] = [];
  for (let n = 0; ; n += 1) {
    const dueAt = begunAt + (n / perSecond) * 1_000;
    if (dueAt >= until || sent >= betsMax) break;
    const ahead = dueAt - performance.now();
    if (ahead > 1) await wait(ahead);
    running.push(bet(dueAt));
  }
  await Promise.all(running);
}

const cpuBefore = process.cpuUsage();
const begunAt = performance.now();
const until = begunAt + plan.seconds * 1_000;
if ('concurrency' in plan.mode) await closed(plan.mode.concurrency, until);
else await open(plan.mode.perSecond, begunAt, until);
const seconds = (performance.now() - begunAt) / 1_000;
const cpu = process.cpuUsage(cpuBefore);
const result: LoadResult = {
  rate: latencies.length / seconds,
  answered: latencies.length,
  failures,
  latency: {
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    p999: quantile(latencies, 0.999),
  },
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await pool.close();
