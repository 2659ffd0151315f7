import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import { startPlatform } from '../../../embedded/platform.js';
import { until } from '../../../testing/until.js';
import { type CpuProfile, sharesOf } from '../cpu-profile.js';
import { type Figure, plain, print } from '../figures.js';
import { COMPARED_AT } from '../limits.js';
import { runLoad } from '../load/run-load.js';
import { cpuSecondsOf } from '../process-figures.js';
import { seedPlayers } from '../seeded-player.js';

const PLAYERS = 1_000;
/** Until what runs often is compiled. */
const WARM_S = 10;
const SHOWN = 12;
const WRITTEN_MS = 30_000;
/** These are not Node: their share of the processors is all that is known. */
const OTHERS: readonly string[] = ['nats', 'postgres'];

/** Where the time of a bet goes: a CPU profile of each of our processes under load, for Chrome's or an editor's viewer. */
export async function profilePlatform(seconds: number, out: string): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-bench-'));
  const profiler = new URL('../profiler.js', import.meta.url).href;
  const platform = await startPlatform({
    env: { LOG_LEVEL: 'warn', NODE_OPTIONS: `--import ${profiler}`, CROUPIER_PROFILE_DIR: folder },
  });
  try {
    const { ready } = platform;
    const store = createEsdbEventStore({ connectionString: ready.eventStore });
    const players = await seedPlayers(store, 1, PLAYERS);
    await store.close();
    const provider = { id: ready.keys.providerId, secret: ready.keys.providerSecret };
    const load = (run: string, secs: number) =>
      runLoad({ url: ready.command, provider, players, run, seconds: secs, mode: { concurrency: COMPARED_AT } });
    await load('warm', WARM_S);

    const pids = Object.entries(platform.pids());
    const profiled = pids.filter(([name]) => !OTHERS.includes(name));
    for (const [, pid] of profiled) process.kill(pid, 'SIGUSR2');
    const before = pids.map(([, pid]) => cpuSecondsOf(pid));
    const { answered } = await load('profiled', seconds);
    const figures = pids.map(([name, pid], n) =>
      plain(`cpu_per_bet_under_load_${name}`, ((cpuSecondsOf(pid) - (before[n] ?? 0)) / answered) * 1e6, 'µs'),
    );
    for (const [, pid] of profiled) process.kill(pid, 'SIGUSR2');
    await mkdir(out, { recursive: true });
    for (const [name, pid] of profiled) await show(name, join(folder, `${pid}.cpuprofile`), resolve(out));
    return figures;
  } finally {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(name: string, written: string, out: string): Promise<void> {
  let profile: CpuProfile | undefined;
  await until(
    `the profile of ${name} is written`,
    async () => {
      profile = await readProfile(written);
      return profile !== undefined;
    },
    WRITTEN_MS,
  );
  const path = join(out, `${name}.cpuprofile`);
  await copyFile(written, path);
  print(`${name} (${path})`);
  if (profile === undefined) return;
  for (const { name: owner, share } of sharesOf(profile).slice(0, SHOWN)) {
    print(`  ${(share * 100).toFixed(1).padStart(5)} % ${owner}`);
  }
}

/** Undefined until it is there, whole. */
async function readProfile(path: string): Promise<CpuProfile | undefined> {
  try {
    // V8's own format.
    return JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
  } catch {
    return undefined;
  }
}
