import { cpus, loadavg, totalmem } from 'node:os';

/** Figures mean nothing without where they come from. */
export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly system: string;
  /** Before the run: other work makes every figure worse, and not evenly. */
  readonly loadBefore: number;
};

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    processor: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    loadBefore: loadavg()[0] ?? 0,
  };
}
