import { setTimeout as wait } from 'node:timers/promises';
import { NotGathered, type Wire } from '../evidence/wire.js';
import { type Message, pageSchema, userOf } from './messages.js';

/** Everything that Fast Track staging received since the certificate was begun, read by all cases together. */
export type Inbox = {
  /** What names this player, in the order of arrival, once `isWhole` says so; or what there is when patience ends. */
  of(playerId: string, isWhole: (messages: readonly Message[]) => boolean): Promise<readonly Message[]>;
};

export type InboxOptions = {
  readonly wire: Wire;
  readonly fastTrack: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
};

const LOOK_EVERY_MS = 50;

export async function openInbox({ wire, fastTrack, patienceMs, signal }: InboxOptions): Promise<Inbox> {
  const byUser = new Map<string, Message[]>();
  let last = await newest();
  let looking: Promise<void> | undefined;

  async function newest(): Promise<number> {
    const { body } = await wire.look({ as: 'auditor', method: 'GET', to: `${fastTrack}/stats` });
    if (typeof body.messages !== 'number') throw new NotGathered('Fast Track staging does not say how much it has');
    return body.messages;
  }

  async function fetchNew(): Promise<void> {
    const { body } = await wire.look({ as: 'auditor', method: 'GET', to: `${fastTrack}/messages?after=${last}` });
    const page = pageSchema.safeParse(body);
    if (!page.success) throw new NotGathered('Fast Track staging does not show its messages');
    for (const message of page.data.messages) {
      // As staging lists them: whether that order is right is judged, not assumed.
      last = Math.max(last, message.n);
      const user = userOf(message);
      if (user !== undefined) byUser.set(user, [...(byUser.get(user) ?? []), message]);
    }
  }

  /** One request serves everyone who waits. */
  function look(): Promise<void> {
    looking ??= fetchNew().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  return {
    async of(playerId, isWhole) {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        await look();
        const own = byUser.get(playerId) ?? [];
        if (isWhole(own) || Date.now() > deadline) return own;
        await wait(LOOK_EVERY_MS, undefined, { signal });
      }
    },
  };
}
