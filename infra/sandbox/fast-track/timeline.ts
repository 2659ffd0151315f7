import type { CampaignEntry } from './campaign-book.js';
import type { LoggedMessage } from './message.js';

/** What a person reads of a user: the taken messages in order, and what the campaigns did in between. */
export type TimelineEntry =
  | {
      readonly kind: 'message';
      readonly n: number;
      readonly received_at: string;
      readonly method: string;
      readonly path: string;
      readonly body: unknown;
      readonly idempotency_key: string;
      readonly sequence: number;
    }
  | {
      readonly kind: 'campaign';
      readonly at: string;
      readonly campaign: string;
      readonly result: string;
      readonly bonus_id: string;
      readonly amount: number | null;
      readonly fasttrack_id: string;
      readonly status: number;
      readonly answer: unknown;
    };

export function messageEntry({ n, received_at, method, path, body, headers }: LoggedMessage): TimelineEntry {
  const idempotency_key = headers['idempotency-key'] ?? '';
  return {
    kind: 'message',
    n,
    received_at,
    method,
    path,
    body,
    idempotency_key,
    sequence: Number(headers['x-sequence']),
  };
}

export function campaignEntry({
  at,
  credit,
  result,
  status,
  answer,
}: CampaignEntry & { type: 'finished' }): TimelineEntry {
  const { campaign, bonus_id, amount, fasttrack_id } = credit;
  return { kind: 'campaign', at, campaign, result, bonus_id, amount, fasttrack_id, status, answer };
}

/** Puts what the campaigns did among the messages, by time; the messages keep their own order. */
export function mergeTimeline(
  messages: readonly LoggedMessage[],
  finished: readonly (CampaignEntry & { type: 'finished' })[],
) {
  const entries: TimelineEntry[] = [];
  const waiting = [...finished];
  for (const message of messages) {
    while (waiting[0] !== undefined && waiting[0].at < message.received_at) {
      entries.push(campaignEntry(waiting[0]));
      waiting.shift();
    }
    entries.push(messageEntry(message));
  }
  return [...entries, ...waiting.map(campaignEntry)];
}
