import type { ServerWritableStream } from '@grpc/grpc-js';

/** The writing end of a read: waits when the reader is slow, and knows when nobody reads any more. */
export type Outlet = {
  readonly closed: boolean;
  /** Resolves at once while the reader keeps up; otherwise when it has taken what was sent. */
  send(message: Buffer): Promise<void> | undefined;
  /** Resolves when rung or closed; one ring before the wait counts too. */
  waitForBell(): Promise<void>;
  ring(): void;
};

export function createOutlet(call: ServerWritableStream<unknown, Buffer>): Outlet {
  let closed = call.cancelled;
  let rung = false;
  let wake: (() => void) | undefined;
  let drained: (() => void) | undefined;

  function close(): void {
    closed = true;
    wake?.();
    drained?.();
  }
  call.on('cancelled', close);
  call.on('close', close);
  call.on('error', close);
  call.on('drain', () => drained?.());

  return {
    get closed() {
      return closed;
    },
    send(message) {
      if (closed || call.write(message)) return undefined;
      return new Promise((resolve) => {
        drained = () => {
          drained = undefined;
          resolve();
        };
      });
    },
    async waitForBell() {
      if (!rung && !closed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      rung = false;
    },
    ring() {
      rung = true;
      wake?.();
    },
  };
}
