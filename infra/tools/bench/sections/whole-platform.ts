import { type Platform, startPlatform } from '../../../embedded/platform.js';
import type { ReadyProcess } from '../../../embedded/ready.js';
import { until } from '../../../testing/until.js';
import { atLeast, atMost, type Figure, plain, print, quantile } from '../figures.js';
import { COMPARED_AT, CONCURRENCIES, type Limits, WARM_TIMES } from '../limits.js';
import type { LoadPlan, LoadResult } from '../load/load-plan.js';
import { platformLoad } from '../load/platform-load.js';
import { cpuSecondsOf, memoryOf } from '../process-figures.js';

const PLAYERS = 1_000;
/** Fast Track hears of a bet, and of the balance after it. */
const MESSAGES_A_BET = 2;
const SUSTAINABLE_OVER_APPENDS_MIN = 0.2;
const BET_P99_MAX_MS = 15;
const [HEARD_P50_MAX_MS, HEARD_P99_MAX_MS] = [30, 150];
const HEARD_AT_PER_SECOND = 100;
const DRAINED_MS = 120_000;

// A rate is sustainable when the backlog does not grow with it: by at most so many messages a second.
const GROWTH_MAX = 100;
const PROBES_MAX = 6;
/** Of the rate that is taken while nobody waits for the rest: where the search begins, and how it goes on. */
const [FIRST_SHARE, UP, DOWN] = [0.45, 1.2, 0.8];

type Running = {
  readonly platform: Platform;
  /** Messages that Fast Track has taken. */
  taken(): Promise<number>;
  /** Until it has heard of everything. */
  drained(): Promise<void>;
  load(run: string, seconds: number, mode: LoadPlan['mode']): Promise<LoadResult>;
};

/** Every service up, and Fast Track staging receiving every message. */
export async function measureWholePlatform(limits: Limits, seconds: number): Promise<readonly Figure[]> {
  const platform = await startPlatform({ env: { LOG_LEVEL: 'warn' } });
  try {
    const running = await prepare(platform);
    await running.load('warm', seconds * WARM_TIMES, { concurrency: COMPARED_AT });
    const figures: Figure[] = [];
    let atOnce = Number.NaN;
    for (const concurrency of CONCURRENCIES) {
      await running.drained();
      const { rate } = await running.load(`at-${concurrency}`, seconds, { concurrency });
      figures.push(plain(`bets_all_services_at_${concurrency}`, rate, '/s'));
      if (concurrency === COMPARED_AT) atOnce = rate;
    }
    const sustainable = await sustainableRate(running, atOnce, seconds);
    figures.push(plain('bets_sustainable', sustainable, '/s'));
    const share = sustainable / limits.appends;
    figures.push(atLeast('bets_sustainable_over_bare_appends', share, 'ratio', SUSTAINABLE_OVER_APPENDS_MIN));
    for (const percent of [25, 50, 75]) {
      figures.push(...(await latencies(running, (sustainable * percent) / 100, percent, seconds)));
    }
    figures.push(...(await heard(running, seconds)));
    for (const [name, pid] of pidsOf(platform)) figures.push(plain(`memory_${name}`, memoryOf(pid).total, 'MiB'));
    return figures;
  } finally {
    await platform.stop();
  }
}

async function prepare(platform: Platform): Promise<Running> {
  const { ready } = platform;
  const load = await platformLoad(ready, PLAYERS);
  const taken = async () => {
    const answer = await fetch(`${ready.fastTrack}/stats`);
    // Staging's own answer.
    return ((await answer.json()) as { readonly taken: number }).taken;
  };
  // What the seeded histories led to: until nothing comes any more, and nothing waits.
  await until('Fast Track knows the players', async () => (await taken()) >= PLAYERS * SEEDED_MESSAGES, DRAINED_MS);
  let expected = await taken();
  return {
    platform,
    taken,
    async drained() {
      await until('Fast Track has heard of everything', async () => (await taken()) >= expected, DRAINED_MS);
    },
    async load(run, seconds, mode) {
      const result = await load(run, seconds, mode);
      expected += result.answered * MESSAGES_A_BET;
      return result;
    },
  };
}

/** Registered, deposit requested and completed, balance changed. (A game session is not told.) */
const SEEDED_MESSAGES = 4;

/** The highest rate of a few at which Fast Track keeps up. Zero when it was none of them. */
async function sustainableRate({ load, taken, drained }: Running, atOnce: number, seconds: number): Promise<number> {
  let best = 0;
  let rate = atOnce * FIRST_SHARE;
  for (let probe = 0; probe < PROBES_MAX; probe += 1) {
    await drained();
    const before = await taken();
    const { answered, rate: served } = await load(`probe-${probe}`, seconds, { perSecond: rate });
    const backlog = answered * MESSAGES_A_BET - ((await taken()) - before);
    const keptUp = backlog <= GROWTH_MAX * seconds && served >= rate * 0.95;
    print(`  ${Math.round(rate)} bets/s: a backlog of ${backlog} messages after ${seconds} s`);
    if (keptUp) best = rate;
    // Found: the next lower one was kept up with.
    else if (best > 0) break;
    rate *= keptUp ? UP : DOWN;
    // Faster than without a rate there is nothing to be had.
    if (rate > atOnce) break;
  }
  await drained();
  return best;
}

async function latencies(
  { platform, load, drained }: Running,
  perSecond: number,
  percent: number,
  seconds: number,
): Promise<readonly Figure[]> {
  const pids = pidsOf(platform);
  const before = pids.map(([, pid]) => cpuSecondsOf(pid));
  const { latency, answered, cpuSeconds } = await load(`share-${percent}`, seconds, { perSecond });
  await drained();
  const name = `bet_at_${percent}_percent`;
  const figures = [
    plain(`${name}_p50`, latency.p50, 'ms'),
    plain(`${name}_p95`, latency.p95, 'ms'),
    percent === 50 ? atMost(`${name}_p99`, latency.p99, 'ms', BET_P99_MAX_MS) : plain(`${name}_p99`, latency.p99, 'ms'),
    plain(`${name}_p999`, latency.p999, 'ms'),
  ];
  if (percent !== 50) return figures;
  // What a bet costs each process on its way to Fast Track.
  const spent = pids.map(([process, pid], n) =>
    plain(`cpu_per_bet_${process}`, ((cpuSecondsOf(pid) - (before[n] ?? 0)) / answered) * 1e6, 'µs'),
  );
  return [...figures, ...spent, plain('cpu_per_bet_generator', (cpuSeconds / answered) * 1e6, 'µs')];
}

type Heard = { readonly received_at: string; readonly path: string; readonly body: { readonly timestamp: string } };

/** From the moment that a bet was recorded to Fast Track's 200, at a rate that is easy. */
async function heard({ platform, load, drained, taken }: Running, seconds: number): Promise<readonly Figure[]> {
  const last = await taken();
  await load('heard', seconds * 2, { perSecond: HEARD_AT_PER_SECOND });
  await drained();
  const answer = await fetch(`${platform.ready.fastTrack}/messages?after=${last}`);
  // Staging's own answer.
  const { messages } = (await answer.json()) as { readonly messages: readonly Heard[] };
  const tookMs = messages
    .filter(({ path }) => path.endsWith('/casino'))
    .map(({ received_at, body }) => Date.parse(received_at) - Date.parse(body.timestamp));
  return [
    atMost('recorded_to_fast_track_p50_at_100', quantile(tookMs, 0.5), 'ms', HEARD_P50_MAX_MS),
    atMost('recorded_to_fast_track_p99_at_100', quantile(tookMs, 0.99), 'ms', HEARD_P99_MAX_MS),
  ];
}

function pidsOf(platform: Platform): readonly [ReadyProcess, number][] {
  return Object.entries(platform.pids()) as [ReadyProcess, number][];
}
