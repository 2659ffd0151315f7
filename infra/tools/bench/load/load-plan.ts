import type { PlayerId } from '../../../../shared/ids/ids.js';

/** What the generator is told, on its standard input. */
export type LoadPlan = {
  /** Of the command service or the gateway, without a slash at its end. */
  readonly url: string;
  readonly provider: { readonly id: string; readonly secret: string };
  readonly players: readonly { readonly playerId: PlayerId; readonly sessionId: string }[];
  /** In the ids of its transactions, so that no two runs share one. */
  readonly run: string;
  readonly seconds: number;
  /** Ends after so many, if the time is not over before. */
  readonly bets?: number;
  /** Closed: each of so many callers asks again when it was answered. Open: so many a second, whatever the answers do. */
  readonly mode: { readonly concurrency: number } | { readonly perSecond: number };
};

/** What it says, on its standard output. Times in ms. */
export type LoadResult = {
  /** 200s a second, over the whole time until the last answer. */
  readonly rate: number;
  readonly answered: number;
  /** Anything but 200, and what was never answered: how often which. */
  readonly failures: { readonly [kind: string]: number };
  /** From when a request was due, not from when there was time to send it: nobody who waits is left out. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly p999: number };
  /** The generator's own share of the machine. */
  readonly cpuSeconds: number;
};
