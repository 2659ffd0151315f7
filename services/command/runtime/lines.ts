import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS, type Limits, QueueFull, type Queues } from './queues.js';

/** Requests that wait in line for their key. Whoever came while one was being served is served together with others. */
export type Lines<Key, Request, Answer> = {
  /** @throws QueueFull when too many wait already, or when its turn came too late; else what `serve` says of it. */
  join(key: Key, request: Request): Promise<Answer>;
};

/**
 * What came of the first of those who wait, in their order: of one at least, and of as many as go together. What it
 * throws is what came of all of them.
 */
export type Serve<Key, Request, Answer> = (
  key: Key,
  waiting: readonly Request[],
) => Promise<readonly PromiseSettledResult<Answer>[]>;

/**
 * After so many services without a break the line steps aside for as long as `ASIDE` of them took. Another instance has
 * to read what this one wrote before it can write: without a break it would lose every race until this line is empty.
 */
const SERVICES_IN_A_ROW = 6;
const ASIDE = 3;

/** Served together at most: what they append has to fit into one append (1 MiB), whatever they are. */
const TOGETHER_MAX = 50;

type Waiting<Request, Answer> = {
  readonly request: Request;
  readonly arrivedAt: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/** Whoever is served has the turn of their key in the queues. */
export function createLines<Key extends string, Request, Answer>(
  queues: Queues,
  serve: Serve<Key, Request, Answer>,
  limits: Limits & { readonly stepAside?: (ms: number) => Promise<unknown> } = {},
): Lines<Key, Request, Answer> {
  const { waitingMax, waitMaxMs, nowMs, stepAside } = { ...LIMITS, stepAside: pause, ...limits };
  type Line = Waiting<Request, Answer>[];
  const lines = new Map<Key, Line>();

  return {
    async join(key, request) {
      const present = lines.get(key);
      if (present !== undefined && present.length > waitingMax)
        throw new QueueFull(`${waitingMax} requests wait for ${key}`);
      return new Promise((resolve, reject) => {
        const waiting = { request, arrivedAt: nowMs(), resolve, reject };
        if (present !== undefined) {
          present.push(waiting);
          return;
        }
        const line = [waiting];
        lines.set(key, line);
        void workOff(key, line);
      });
    },
  };

  async function workOff(key: Key, line: Line): Promise<void> {
    let since = nowMs();
    for (let services = 1; line.length > 0; services += 1) {
      try {
        await queues.run(key, () => serveFirst(key, line));
      } catch (error) {
        for (const { reject } of line.splice(0)) reject(error);
      }
      if (services % SERVICES_IN_A_ROW > 0 || line.length === 0) continue;
      await stepAside(((nowMs() - since) / SERVICES_IN_A_ROW) * ASIDE);
      since = nowMs();
    }
    // Nothing is left behind: a key per player would grow without end.
    lines.delete(key);
  }

  async function serveFirst(key: Key, line: Line): Promise<void> {
    const now = nowMs();
    const inTime = line.findIndex(({ arrivedAt }) => now - arrivedAt <= waitMaxMs);
    for (const { reject } of line.splice(0, inTime === -1 ? line.length : inTime))
      reject(new QueueFull(`${key} was busy for ${waitMaxMs} ms`));
    const first = line.slice(0, TOGETHER_MAX);
    if (first.length === 0) return;
    const outcomes = await serve(
      key,
      first.map(({ request }) => request),
    ).catch((reason: unknown) => first.map(() => ({ status: 'rejected', reason }) as const));
    if (outcomes.length === 0) throw new Error(`${key}: nobody was served`);
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') first[n]?.resolve(outcome.value);
      else first[n]?.reject(outcome.reason);
    }
    line.splice(0, outcomes.length);
  }
}
