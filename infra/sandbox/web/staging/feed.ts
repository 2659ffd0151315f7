import { signal } from '@preact/signals';
import { call } from '../design/api.js';

/** A message as it arrived: `GET /messages?after=n`. */
export type Message = {
  readonly n: number;
  readonly received_at: string;
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: unknown;
  /** 0: the connection was cut. */
  readonly status: number;
  readonly taken: boolean;
  readonly duplicate: boolean;
};

export type Stats = { readonly messages: number; readonly taken: number; readonly duplicates: number };

const POLL_MS = 700;
/** Of those that arrived before the page was opened, and of those that are kept in it. */
const KEPT = 300;

export const messages = signal<readonly Message[]>([]);
export const stats = signal<Stats | undefined>(undefined);
export const paused = signal(false);
export const isReachable = signal(true);

/** Looks for new messages for as long as the page is there. */
export function followFeed(): void {
  let last: number | undefined;
  const look = async (): Promise<void> => {
    try {
      const now = await call<Stats>('/stats');
      stats.value = now;
      last ??= Math.max(0, now.messages - KEPT);
      if (!paused.value && now.messages > last) {
        // Who was away for long need not see everything that went by.
        const after = Math.max(last, now.messages - KEPT);
        const answer = await call<{ messages: readonly Message[] }>(`/messages?after=${after}`);
        last = answer.messages.at(-1)?.n ?? last;
        messages.value = [...messages.value, ...answer.messages].slice(-KEPT);
      }
      isReachable.value = true;
    } catch {
      isReachable.value = false;
    }
    setTimeout(look, POLL_MS);
  };
  void look();
}
