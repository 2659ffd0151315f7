import type { FtAnswer, FtRequest, FtSender } from '../delivery/ft-sender.js';

export type Sent = { readonly userId: string; readonly key: string; readonly sequence: number };

export type ScriptedSender = FtSender & {
  readonly sent: readonly Sent[];
  /** What Fast Track took, in order. */
  readonly taken: readonly Sent[];
  script(next: (request: Sent) => FtAnswer | Promise<FtAnswer>): void;
  /** Requests under way now, and the most of one player that ever were. */
  underWay(): number;
  mostAtOnceOfOnePlayer(): number;
  /** Resolves as soon as it is true of what has been answered so far. */
  until(fact: () => boolean): Promise<void>;
};

export const OK: FtAnswer = { kind: 'answered', status: 200, retryAfterMs: undefined };

export function answered(status: number, retryAfterMs?: number): FtAnswer {
  return { kind: 'answered', status, retryAfterMs };
}

/** A Fast Track without a wire: for tests of what lanes do, not of HTTP. */
export function scriptedSender(): ScriptedSender {
  const sent: Sent[] = [];
  const taken: Sent[] = [];
  const underWay = new Map<string, number>();
  const watchers = new Set<() => void>();
  let most = 0;
  let script: (request: Sent) => FtAnswer | Promise<FtAnswer> = () => OK;

  function count(userId: string, by: number): void {
    const now = (underWay.get(userId) ?? 0) + by;
    underWay.set(userId, now);
    most = Math.max(most, now);
  }

  async function send({ message, idempotencyKey, sequence }: FtRequest): Promise<FtAnswer> {
    const request = { userId: String(message.body.user_id), key: idempotencyKey, sequence };
    sent.push(request);
    count(request.userId, 1);
    // Never within the call: a wire takes at least a turn of the event loop.
    await new Promise(setImmediate);
    const answer = await script(request);
    count(request.userId, -1);
    if (answer.kind === 'answered' && answer.status === 200) taken.push(request);
    setImmediate(() => {
      for (const watcher of watchers) watcher();
    });
    return answer;
  }

  return {
    ...{ sent, taken, send },
    stop: async () => undefined,
    script(next) {
      script = next;
    },
    underWay: () => [...underWay.values()].reduce((sum, one) => sum + one, 0),
    mostAtOnceOfOnePlayer: () => most,
    until: (fact) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (!fact()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}
