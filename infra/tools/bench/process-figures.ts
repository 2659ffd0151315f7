import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Resident memory, in MiB; `anonymous` is without the pages of mapped files, which the system takes back when it needs them. */
export type Memory = { readonly total: number; readonly anonymous: number };

/** Linux only: where there is no /proc, it is not known. */
export function memoryOf(pid: number): Memory {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { total: mebibytes('VmRSS'), anonymous: mebibytes('RssAnon') };
  } catch {
    return { total: Number.NaN, anonymous: Number.NaN };
  }
}

/** What a process and those it started have used of the processors so far, in seconds. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map<number, { readonly parent: number; readonly ticks: number }>();
  for (const name of all) {
    const stat = statOf(name);
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  const isOurs = (one: number): boolean => one === pid || (one > 1 && isOurs(stats.get(one)?.parent ?? 0));
  let ticks = 0;
  for (const [one, stat] of stats) if (isOurs(one)) ticks += stat.ticks;
  return ticks / TICKS_PER_SECOND;
}

function statOf(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    // The name, in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}
