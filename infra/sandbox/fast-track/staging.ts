import { join } from 'node:path';
import type { Logger } from '../../../shared/telemetry/log.js';
import { type Journal, type LinePlace, openJournal } from '../journal.js';
import type { Backoff } from '../retry.js';
import {
  CAMPAIGNS_MAX,
  type CampaignBook,
  type CampaignEntry,
  type CampaignSettings,
  type Credit,
  createCampaignBook,
} from './campaign-book.js';
import { createCampaignRunner } from './campaign-runner.js';
import { isMessageLine, type JudgedMessage, type LoggedMessage, messageLine, userIdIn } from './message.js';
import { createMessageIndex, type MessageIndex } from './message-index.js';
import type { OperatorClient } from './operator-client.js';
import { happeningIn, type Profile } from './profile.js';
import { mergeTimeline, type TimelineEntry } from './timeline.js';

/** There are as many campaigns as there may be. */
export class TooManyCampaigns extends Error {
  override readonly name = 'TooManyCampaigns';
}

/** The memory of Fast Track staging: every message, the campaigns, and what they led to. */
export type Staging = {
  isTaken(idempotencyKey: string): boolean;
  /**
   * Keeps a judged message; resolves when a kill can no longer take it away. What is taken is decided in the order of
   * the calls, and a taken message may fire campaigns, later and apart.
   */
  record(message: JudgedMessage, body: unknown): Promise<void>;
  /** The messages after `n` in order of arrival, at most `limit`, as one JSON array. */
  messagesAfter(n: number, limit: number): Promise<string>;
  timeline(userId: string): Promise<readonly TimelineEntry[]>;
  campaigns(): ReadonlyMap<string, CampaignSettings>;
  /** @throws TooManyCampaigns */
  setCampaign(id: string, settings: CampaignSettings): Promise<void>;
  counts(): ReturnType<MessageIndex['counts']> & { readonly campaign: ReturnType<CampaignBook['counts']> };
  stop(): Promise<void>;
};

export type StagingOptions = {
  readonly dataDir: string;
  readonly profile: Profile;
  readonly operator: OperatorClient;
  readonly logger: Logger;
  readonly backoff?: Backoff;
};

/** One journal holds both kinds of line, so that a message and the credit it fires are written in one go. */
export async function openStaging(options: StagingOptions): Promise<Staging> {
  const { profile, logger } = options;
  const index = createMessageIndex();
  const book = createCampaignBook();
  const journal = await openJournal(join(options.dataDir, 'fast-track.jsonl'), (line, place) => {
    if (isMessageLine(line)) restore(JSON.parse(line) as LoggedMessage, place);
    else book.apply(JSON.parse(line) as CampaignEntry);
  });
  const runner = createCampaignRunner({
    ...options,
    onFinished: (credit, outcome) => append({ type: 'finished', at: now(), credit, ...outcome }),
  });
  // A credit whose message was never taken was cut off by a kill; the message will come again and fire it anew.
  for (const credit of book.pending()) if (index.isTaken(credit.idempotency_key)) runner.run(credit);

  function restore(message: LoggedMessage, place: LinePlace): void {
    const { headers, body, taken, duplicate } = message;
    const userId = userIdIn(body);
    const idempotencyKey = headers['idempotency-key'];
    index.add({ idempotencyKey, userId, taken, duplicate }, place);
    const happening = taken ? happeningIn(profile, message, body) : undefined;
    if (happening && userId && idempotencyKey) book.noteTaken(userId, idempotencyKey, happening);
  }

  async function append(entry: CampaignEntry): Promise<void> {
    book.apply(entry);
    await journal.append(JSON.stringify(entry)).written;
  }

  return {
    isTaken: (key) => index.isTaken(key),
    async record(message, body) {
      const { idempotencyKey, taken, duplicate } = message;
      const userId = userIdIn(body);
      const happening = taken ? happeningIn(profile, message, body) : undefined;
      const credits: Credit[] = [];
      const noted: Promise<void>[] = [];
      if (happening && userId && idempotencyKey) {
        credits.push(...book.triggeredBy(userId, idempotencyKey, happening));
        noted.push(...credits.map((credit) => append({ type: 'triggered', at: now(), credit })));
        book.noteTaken(userId, idempotencyKey, happening);
      }
      const { written, ...place } = journal.append(messageLine(index.next(), message));
      index.add({ idempotencyKey, userId, taken, duplicate }, place);
      await Promise.all([...noted, written]);
      for (const credit of credits) runner.run(credit);
    },
    async messagesAfter(n, limit) {
      const stretch = index.stretchAfter(n, limit);
      if (stretch === undefined) return '[]';
      const text = (await journal.read(stretch.offset, stretch.length)).toString('utf8');
      return `[${text.split('\n').filter(isMessageLine).join(',\n')}]`;
    },
    async timeline(userId) {
      const messages: LoggedMessage[] = [];
      for (const n of index.takenOf(userId)) messages.push(await readMessage(journal, index.placeOf(n)));
      return mergeTimeline(messages, book.finishedOf(userId));
    },
    campaigns: () => book.all(),
    async setCampaign(campaign, settings) {
      const isNew = !book.all().has(campaign);
      if (isNew && book.all().size >= CAMPAIGNS_MAX) throw new TooManyCampaigns(`there are ${CAMPAIGNS_MAX} already`);
      logger.info({ campaign, settings }, 'a campaign was set');
      await append({ type: 'settings', at: now(), campaign, settings });
    },
    counts: () => ({ ...index.counts(), campaign: book.counts() }),
    async stop() {
      await runner.stop();
      await journal.close();
    },
  };
}

async function readMessage(journal: Journal, { offset, length }: LinePlace): Promise<LoggedMessage> {
  return JSON.parse((await journal.read(offset, length)).toString('utf8')) as LoggedMessage;
}

function now(): string {
  return new Date().toISOString();
}
