import type { Call } from '../checker/run-log.js';

/** What clients asked and were told. */
export type CallBook = {
  /** A number for the next call. */
  next(): string;
  add(call: Call): void;
  /** A try was answered with 500: nothing that a caller sends, and no server that is away, may do that. */
  addDefect(callId: string, answer: unknown): void;
  readonly calls: readonly Call[];
  readonly defects: readonly { readonly callId: string; readonly answer: unknown }[];
};

export function createCallBook(): CallBook {
  const calls: Call[] = [];
  const defects: { callId: string; answer: unknown }[] = [];
  let count = 0;
  return {
    next() {
      count += 1;
      return `c-${count}`;
    },
    add: (call) => void calls.push(call),
    addDefect: (callId, answer) => void defects.push({ callId, answer }),
    calls,
    defects,
  };
}
