import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../plan.js';
import type { ChaosPlatform } from '../platform/chaos-platform.js';
import { callersOf, type Instance } from '../platform/topology.js';
import { kill, pause } from './process-faults.js';
import { stagingPlan, tellStaging } from './staging-faults.js';

/** A fault that was in force. */
export type Injected = {
  readonly fault: Fault;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  /** For a kill, when it was done. */
  readonly endedAt: number;
  /** The processes that have to become ready again. */
  readonly hit: readonly Instance[];
};

export type InjectorOptions = {
  readonly platform: ChaosPlatform;
  /** The players there are by now. */
  readonly playerIds: () => readonly string[];
  readonly onBegin: (fault: Fault, note: string) => void;
  readonly onEnd: (injected: Injected) => void;
};

export type Injector = {
  /** Puts the faults in force at their times; resolves when the last has ended. */
  run(faults: readonly Fault[], signal: AbortSignal): Promise<void>;
  /** Takes back whatever is in force. */
  liftAll(signal: AbortSignal): Promise<void>;
};

export function createInjector({ platform, playerIds, onBegin, onEnd }: InjectorOptions): Injector {
  const paused = new Set<() => void>();

  /** @param endsAt when it is over, also where it could not begin in time (staging was down) */
  async function inject(fault: Fault, endsAt: number, signal: AbortSignal): Promise<void> {
    const { lift, note, hit } = await begin(fault, signal);
    const beganAt = Date.now();
    onBegin(fault, note);
    await wait(endsAt - beganAt, undefined, { signal }).catch(() => undefined);
    await lift();
    onEnd({ fault, beganAt, endedAt: Date.now(), hit });
  }

  async function begin(fault: Fault, signal: AbortSignal): Promise<Begun> {
    if (fault.kind === 'kill' || fault.kind === 'pause') {
      const { instance } = fault;
      const pid = platform.pid(instance);
      if (pid === undefined) return { lift: nothing, note: `${instance} is not there`, hit: [] };
      if (fault.kind === 'kill') {
        kill(pid);
        return { lift: nothing, note: `${instance}, process ${pid}`, hit: [instance] };
      }
      const goOn = pause(pid);
      paused.add(goOn);
      const lift = async () => {
        paused.delete(goOn);
        goOn();
      };
      return { lift, note: `${instance}, process ${pid}`, hit: [instance] };
    }
    if (fault.kind === 'cut' || fault.kind === 'stall' || fault.kind === 'slow') {
      const proxy = platform.links.get(fault.link);
      if (proxy === undefined) throw new Error(`there is no proxy on ${fault.link}`);
      if (fault.kind === 'slow') proxy.delay(fault.delayMs);
      else proxy[fault.kind]();
      return { lift: async () => proxy.restore(), note: fault.link, hit: callersOf(fault.link) };
    }
    const plan = stagingPlan(fault, playerIds());
    if (plan === undefined) throw new Error(`${fault.kind} is no fault of staging`);
    await tellStaging(platform.fastTrack, plan, signal);
    return {
      lift: () => tellStaging(platform.fastTrack, { mode: 'none' }, signal),
      note: JSON.stringify(plan),
      hit: [],
    };
  }

  return {
    async run(faults, signal) {
      const since = Date.now();
      await Promise.all(
        faults.map(async (fault) => {
          await wait(since + fault.atMs - Date.now(), undefined, { signal }).catch(() => undefined);
          if (!signal.aborted) await inject(fault, since + fault.atMs + fault.durationMs, signal);
        }),
      );
    },
    async liftAll(signal) {
      for (const goOn of paused) goOn();
      for (const proxy of platform.links.values()) proxy.restore();
      await tellStaging(platform.fastTrack, { mode: 'none' }, signal);
    },
  };
}

type Begun = { readonly lift: () => Promise<void>; readonly note: string; readonly hit: readonly Instance[] };

async function nothing(): Promise<void> {}
