import { createHash } from 'node:crypto';
import { z } from 'zod';

export const CAMPAIGN_ID = 'first-deposit';

/** Equality conditions over the Operator API's user details; `{}` is everyone. */
export const segmentSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const campaignSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  trigger: z.literal('first_deposit').default('first_deposit'),
  segment: segmentSchema.default({}),
  bonus_id: z.string().min(1).max(128).default('welcome_bonus_50'),
  amount: z.number().positive().default(50),
});

export type CampaignSettings = z.infer<typeof campaignSettingsSchema>;

/** A bonus to ask for, with the settings of the moment its trigger fired. */
export type Credit = {
  readonly campaign: string;
  readonly user_id: string;
  /** Unique per trigger and user (`X-Fasttrack-Id`): the same at every retry and after a restart. */
  readonly fasttrack_id: string;
  /** The message that fired it. */
  readonly idempotency_key: string;
  readonly segment: CampaignSettings['segment'];
  readonly bonus_id: string;
  readonly amount: number;
};

/** How a credit ended. */
export type CreditOutcome = {
  readonly result: 'credited' | 'refused' | 'not_in_segment';
  readonly status: number;
  readonly answer: unknown;
};

export type CampaignEntry =
  | { readonly type: 'settings'; readonly at: string; readonly settings: CampaignSettings }
  | { readonly type: 'triggered'; readonly at: string; readonly credit: Credit }
  | ({ readonly type: 'finished'; readonly at: string; readonly credit: Credit } & CreditOutcome);

/** What the campaign knows: a small state machine over its journal entries and the messages taken. */
export type CampaignBook = {
  settings(): CampaignSettings;
  /** The credit that a user's completed deposit fires, if it is the first; call it before the message is noted. */
  triggeredBy(userId: string, idempotencyKey: string): Credit | undefined;
  noteTaken(userId: string, isCompletedDeposit: boolean): void;
  apply(entry: CampaignEntry): void;
  pending(): readonly Credit[];
  finishedOf(userId: string): readonly (CampaignEntry & { readonly type: 'finished' })[];
  counts(): { readonly pending: number; readonly finished: number };
};

export function createCampaignBook(): CampaignBook {
  let settings = campaignSettingsSchema.parse({ enabled: false });
  const depositors = new Set<string>();
  const pending = new Map<string, Credit>();
  const finished = new Map<string, (CampaignEntry & { type: 'finished' })[]>();

  return {
    settings: () => settings,
    triggeredBy(user_id, idempotency_key) {
      if (!settings.enabled || depositors.has(user_id)) return undefined;
      const { segment, bonus_id, amount, trigger } = settings;
      const fasttrack_id = idOf(CAMPAIGN_ID, trigger, user_id);
      return { campaign: CAMPAIGN_ID, user_id, fasttrack_id, idempotency_key, segment, bonus_id, amount };
    },
    noteTaken(userId, isCompletedDeposit) {
      if (isCompletedDeposit) depositors.add(userId);
    },
    apply(entry) {
      if (entry.type === 'settings') {
        settings = entry.settings;
      } else if (entry.type === 'triggered') {
        pending.set(entry.credit.fasttrack_id, entry.credit);
      } else {
        const { user_id, fasttrack_id } = entry.credit;
        pending.delete(fasttrack_id);
        finished.set(user_id, [...(finished.get(user_id) ?? []), entry]);
      }
    },
    pending: () => [...pending.values()],
    finishedOf: (userId) => finished.get(userId) ?? [],
    counts: () => ({ pending: pending.size, finished: finished.size }),
  };
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
