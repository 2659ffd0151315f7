import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPlatform } from '../../../embedded/platform.js';
import { until } from '../../../testing/until.js';
import { type CpuProfile, sharesOf } from '../cpu-profile.js';
import { print } from '../figures.js';
import { COMPARED_AT, WARM_TIMES } from '../limits.js';
import { platformLoad } from '../load/platform-load.js';

const PLAYERS = 1_000;
const SHOWN = 12;
const WRITTEN_MS = 30_000;
const NOT_NODE: readonly string[] = ['nats', 'postgres'];

/** Where the time of a bet goes: a CPU profile of each of our processes under load, for Chrome's or an editor's viewer. */
export async function profilePlatform(seconds: number, out: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'croupier-bench-'));
  const profiler = new URL(`../profiler.js?${new URLSearchParams({ folder })}`, import.meta.url).href;
  // What a process of the platform has of its environment comes from ours.
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${profiler}`;
  const platform = await startPlatform({ env: { LOG_LEVEL: 'warn' } });
  try {
    const load = await platformLoad(platform.ready, PLAYERS);
    await load('warm', seconds * WARM_TIMES, { concurrency: COMPARED_AT });

    const profiled = Object.entries(platform.pids()).filter(([name]) => !NOT_NODE.includes(name));
    for (const [, pid] of profiled) process.kill(pid, 'SIGUSR2');
    await load('profiled', seconds, { concurrency: COMPARED_AT });
    for (const [, pid] of profiled) process.kill(pid, 'SIGUSR2');
    await mkdir(out, { recursive: true });
    for (const [name, pid] of profiled) await show(name, join(folder, `${pid}.cpuprofile`), resolve(out));
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
