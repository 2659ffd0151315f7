import { effect, signal } from '@preact/signals';
import { endSession, type Login, login } from './session.js';

export type Balance = {
  readonly cash: string;
  readonly bonus: string;
  readonly withdrawal: string;
  readonly currency: string;
};

type Changed = { readonly revision: number; readonly balance: Balance | null };

/** What the server said last of the player's money; undefined until then, null before the first payment. */
export const balance = signal<Balance | null | undefined>(undefined);
/** Grows with everything that happens to the player: whatever shows more than a balance asks again when it does. */
export const revision = signal(-1);
export const isLive = signal(false);

const RETRY_MS = 1_000;

/** Follows `GET /me/events` of whoever is logged in, and comes back when the stream ends. */
export function followPlayer(): void {
  effect(() => {
    const current = login.value;
    balance.value = undefined;
    revision.value = -1;
    if (current === undefined) return undefined;
    const leaving = new AbortController();
    void follow(current, leaving.signal);
    return () => leaving.abort();
  });
}

async function follow({ token }: Login, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      // fetch and not EventSource, which cannot show a token.
      const headers = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' };
      const response = await fetch('/me/events', { headers, signal });
      if (response.status === 401 && login.value?.token === token) endSession();
      if (response.ok && response.body !== null) {
        isLive.value = true;
        await readEvents(response.body);
      }
    } catch {
      // Cut off: come again.
    }
    if (signal.aborted) return;
    isLive.value = false;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function readEvents(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) take(event);
  }
}

function take(event: string): void {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return;
  const changed = JSON.parse(data) as Changed;
  balance.value = changed.balance;
  revision.value = changed.revision;
}
