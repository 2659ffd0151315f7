import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Happening } from './profile.js';

/** The one that is always there. */
export const FIRST_DEPOSIT = 'first-deposit';

/** More are refused: each is looked at with every message that can trigger one. */
export const CAMPAIGNS_MAX = 20;

export const campaignIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** Equality conditions over the Operator API's user details; `{}` is everyone. */
export const segmentSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const campaignSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  /** `deposit` is any completed one, `first_deposit` none but a user's first. Whatever it is, a user gets it once. */
  trigger: z.enum(['first_deposit', 'deposit', 'registration', 'login']).default('first_deposit'),
  segment: segmentSchema.default({}),
  /** Of a deposit: a smaller one triggers nothing. */
  min_amount: z.number().positive().optional(),
  bonus_id: z.string().min(1).max(128).default('welcome_bonus_50'),
  /** Null: what the bonus's template says, where the profile has a call for that. */
  amount: z.number().positive().nullable().default(50),
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
  readonly amount: number | null;
};

/** How a credit ended. */
export type CreditOutcome = {
  readonly result: 'credited' | 'refused' | 'not_in_segment';
  readonly status: number;
  readonly answer: unknown;
};

export type CampaignEntry =
  /** Without a name in journals of before there were several. */
  | { readonly type: 'settings'; readonly at: string; readonly campaign?: string; readonly settings: CampaignSettings }
  | { readonly type: 'triggered'; readonly at: string; readonly credit: Credit }
  | ({ readonly type: 'finished'; readonly at: string; readonly credit: Credit } & CreditOutcome);

/** What the campaigns know: a small state machine over its journal entries and the messages taken. */
export type CampaignBook = {
  all(): ReadonlyMap<string, CampaignSettings>;
  /** The credits that a message of a user fires; call it before the message is noted. */
  triggeredBy(userId: string, idempotencyKey: string, happening: Happening): readonly Credit[];
  noteTaken(userId: string, idempotencyKey: string, happening: Happening): void;
  apply(entry: CampaignEntry): void;
  pending(): readonly Credit[];
  finishedOf(userId: string): readonly (CampaignEntry & { readonly type: 'finished' })[];
  counts(): { readonly pending: number; readonly finished: number };
};

export function createCampaignBook(): CampaignBook {
  const campaigns = new Map([[FIRST_DEPOSIT, campaignSettingsSchema.parse({ enabled: false })]]);
  const depositors = new Set<string>();
  const pending = new Map<string, Credit>();
  const finished = new Map<string, (CampaignEntry & { type: 'finished' })[]>();
  /** By the message that fired them: not yet taken, so they may be fired anew. */
  const unconfirmed = new Map<string, string[]>();
  const fired = new Set<string>();

  function isTriggered({ enabled, trigger, min_amount = 0 }: CampaignSettings, userId: string, happening: Happening) {
    if (!enabled) return false;
    if (happening.kind !== 'deposit') return trigger === happening.kind;
    if (happening.amount < min_amount) return false;
    return trigger === 'deposit' || (trigger === 'first_deposit' && !depositors.has(userId));
  }

  return {
    all: () => campaigns,
    triggeredBy(user_id, idempotency_key, happening) {
      return [...campaigns].flatMap(([campaign, settings]) => {
        if (!isTriggered(settings, user_id, happening)) return [];
        const { segment, bonus_id, amount, trigger } = settings;
        const fasttrack_id = idOf(campaign, trigger, user_id);
        if (fired.has(fasttrack_id)) return [];
        return [{ campaign, user_id, fasttrack_id, idempotency_key, segment, bonus_id, amount }];
      });
    },
    noteTaken(userId, idempotencyKey, happening) {
      if (happening.kind === 'deposit') depositors.add(userId);
      for (const id of unconfirmed.get(idempotencyKey) ?? []) fired.add(id);
      unconfirmed.delete(idempotencyKey);
    },
    apply(entry) {
      if (entry.type === 'settings') {
        campaigns.set(entry.campaign ?? FIRST_DEPOSIT, entry.settings);
      } else if (entry.type === 'triggered') {
        const { fasttrack_id, idempotency_key } = entry.credit;
        pending.set(fasttrack_id, entry.credit);
        unconfirmed.set(idempotency_key, [...(unconfirmed.get(idempotency_key) ?? []), fasttrack_id]);
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
