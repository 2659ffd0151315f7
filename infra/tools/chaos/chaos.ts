import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { check } from './checker/check.js';
import type { RunLog } from './checker/run-log.js';
import { type Violation, violation } from './checker/violation.js';
import { endingWith } from './ending.js';
import { createInjector } from './faults/injector.js';
import { createCallBook } from './load/call-book.js';
import { createClient } from './load/client.js';
import { createLoad } from './load/load.js';
import { allMessages } from './observe/fast-track-log.js';
import { campaignCalls, isOutsideAtRest, startCampaign } from './observe/outside.js';
import { watchRecovery } from './observe/recovery.js';
import { createStoresView, type StoresView } from './observe/stores.js';
import type { Options } from './options.js';
import { planFaults } from './plan.js';
import { type ChaosPlatform, startChaosPlatform } from './platform/chaos-platform.js';
import { processes } from './platform/topology.js';
import { type ChaosReport, nameOf, reportOf } from './report.js';

/** After the load: how long calls may go on being tried, and how long everything may take to come to rest. */
const SETTLE_MAX_MS = 60_000;
const REST_MAX_MS = 150_000;
const LOOK_EVERY_MS = 300;
/** Everything is at rest then: whatever has not recovered by now never will. */
const RECOVERY_MAX_MS = 1_000;
/** Rest that was seen so often in a row is rest. */
const LOOKS = 3;

/**
 * One run: a platform of its own, load and faults at once, then peace, then the checker.
 * @throws when `stop` aborts it; nothing is left behind then either
 */
export async function runChaos(options: Options, stop: AbortSignal, say: (line: string) => void): Promise<ChaosReport> {
  const { seed, seconds } = options;
  let began = Date.now();
  const stamp = () => `${((Date.now() - began) / 1_000).toFixed(1).padStart(6)} s`;
  say(`starting ${processes().length} processes …`);
  const platform = await startChaosPlatform({
    signal: stop,
    onRestarted: (instance) => say(`${stamp()}  ${instance} is back`),
  });
  const [giveUp, running, loading, watching] = [endingWith(stop), endingWith(stop), endingWith(stop), endingWith(stop)];
  const book = createCallBook();
  const client = createClient(platform, book, giveUp.signal);
  const load = createLoad({ ...options, turnsPerSecond: options.rate, client, ...platform.keys });
  const recovery = watchRecovery(platform, watching);
  const injector = createInjector({
    platform,
    playerIds: load.playerIds,
    onBegin: (fault, note) => {
      const duration = fault.durationMs > 0 ? ` for ${(fault.durationMs / 1_000).toFixed(1)} s` : '';
      say(`${stamp()}  ${nameOf(fault)}${duration}: ${note}`);
    },
    onEnd: recovery.add,
  });
  const stores = createStoresView(platform);
  try {
    await startCampaign(platform);
    await load.begin();
    stop.throwIfAborted();
    say(`load for ${seconds} s: ${options.players} players, ${options.rate} turns a second`);
    began = Date.now();
    setTimeout(() => loading.abort(), seconds * 1_000).unref();
    await Promise.all([load.run(loading.signal), injector.run(planFaults(seed, seconds), running.signal)]);
    await injector.liftAll(running.signal);
    stop.throwIfAborted();
    say(`${stamp()}  the load and the faults are over; waiting until everything has come to rest`);
    const late = setTimeout(() => giveUp.abort(), SETTLE_MAX_MS);
    await load.settled();
    clearTimeout(late);
    const notAtRest = await comeToRest(platform, stores, stop, (line) => say(`${stamp()}  ${line}`));
    const recoveries = await recovery.finish(RECOVERY_MAX_MS);
    stop.throwIfAborted();
    say(`${stamp()}  checking`);
    const log: RunLog = {
      ...(await stores.collect()),
      calls: [...book.calls, ...(await campaignCalls(platform, load.playerIds()))],
      messages: await allMessages(platform.fastTrack),
      origin: platform.origin,
    };
    const restless = notAtRest.map((line) => violation('unfinished', {}, `${line}, after all the time there was`));
    const violations = [...check(log), ...book.defects.map(asViolation), ...restless];
    if (violations.length > 0) await keepEvidence(platform, log, options.out);
    const command = commandOf(options);
    return reportOf({ seed, seconds, command, turns: load.turns(), violations }, log, recoveries);
  } finally {
    for (const controller of [giveUp, running, loading, watching]) controller.abort();
    await injector.liftAll(AbortSignal.abort());
    await stores.close();
    await platform.stop();
  }
}

/** The command line that does the same again. */
export function commandOf({ seconds, seed, players, rate }: Options): string {
  return `npm run chaos -- --seconds ${seconds} --seed ${seed} --players ${players} --rate ${rate}`;
}

/** Waits, but not for ever; answers what is still on its way then. */
async function comeToRest(
  platform: ChaosPlatform,
  stores: StoresView,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const deadline = Date.now() + REST_MAX_MS;
  let seen = 0;
  let said = '';
  for (;;) {
    const waiting = await onItsWay(platform, stores);
    if (waiting.join() !== said && waiting.length > 0) say(`waiting: ${waiting.join(', ')}`);
    said = waiting.join();
    seen = waiting.length === 0 ? seen + 1 : 0;
    if (seen === LOOKS || Date.now() > deadline || stop.aborted) return waiting;
    await wait(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function onItsWay(platform: ChaosPlatform, stores: StoresView): Promise<readonly string[]> {
  const ready = await Promise.all(
    processes().map(async (name) => ((await platform.isReady(name)) ? [] : [`${name} is not ready`])),
  );
  const outside = (await isOutsideAtRest(platform)) ? [] : ['the PSP or Fast Track still owes a call'];
  const inside = (await stores.isAtRest().catch(() => false)) ? [] : ['events or payouts are on their way'];
  return [...ready.flat(), ...outside, ...inside];
}

/** What a person needs to find out why: what clients were told, and what the processes said. */
async function keepEvidence({ logs }: ChaosPlatform, { calls, messages }: RunLog, out: string): Promise<void> {
  const folder = join(out, 'chaos-logs');
  await rm(folder, { recursive: true, force: true });
  await cp(logs.folder, folder, { recursive: true });
  const lines = (list: readonly object[]) => list.map((each) => `${JSON.stringify(each)}\n`).join('');
  await writeFile(join(folder, 'calls.jsonl'), lines(calls));
  await writeFile(join(folder, 'messages.jsonl'), lines(messages));
}

function asViolation({ callId, answer }: { readonly callId: string; readonly answer: unknown }): Violation {
  return violation('defect', { callId }, JSON.stringify(answer));
}
