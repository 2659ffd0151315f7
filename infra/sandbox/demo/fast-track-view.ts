import { z } from 'zod';
import { ask } from './api.js';

const messageSchema = z.object({
  n: z.number(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  status: z.number(),
  taken: z.boolean(),
  duplicate: z.boolean(),
  body: z.unknown(),
});

/** A message as Fast Track staging shows it. */
export type SeenMessage = z.infer<typeof messageSchema>;

/** Everything that Fast Track received since the view was opened. */
export type FastTrackView = {
  /** Fetches what is new and returns the messages that name this user, in order of arrival. */
  of(userId: string): Promise<readonly SeenMessage[]>;
};

const PAGE_MAX = 10_000;

export async function openFastTrackView(fastTrack: string): Promise<FastTrackView> {
  const stats = await ask(z.object({ messages: z.number() }), { method: 'GET', url: `${fastTrack}/stats` });
  const byUser = new Map<string, SeenMessage[]>();
  let last = stats.messages;
  let fetching: Promise<void> = Promise.resolve();

  async function fetchNew(): Promise<void> {
    const url = `${fastTrack}/messages?after=${last}`;
    const { messages } = await ask(z.object({ messages: z.array(messageSchema) }), { method: 'GET', url });
    for (const message of messages) {
      const userId = userOf(message);
      byUser.set(userId, [...(byUser.get(userId) ?? []), message]);
      last = message.n;
    }
    if (messages.length === PAGE_MAX) await fetchNew();
  }

  return {
    async of(userId) {
      // One after the other: two readers must not both take the same page.
      fetching = fetching.then(fetchNew);
      await fetching;
      return byUser.get(userId) ?? [];
    },
  };
}

const named = z.object({ user_id: z.string() });

function userOf({ body }: SeenMessage): string {
  const parsed = named.safeParse(body);
  return parsed.success ? parsed.data.user_id : '';
}
