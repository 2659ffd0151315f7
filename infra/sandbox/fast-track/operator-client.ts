import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Answer, callHttp } from '../http-call.js';
import type { Credit } from './campaign-book.js';
import type { ProfileName } from './profiles.js';

/** The Operator API as Fast Track calls it; `undefined` where the network failed. */
export type OperatorClient = {
  userDetails(userId: string): Promise<Answer | undefined>;
  creditBonus(credit: Credit): Promise<Answer | undefined>;
};

/** A credit as one family of routes asks for it. */
type CreditCall = { readonly path: string; readonly body: object };

/** One family of the Operator API's routes. */
type Family = {
  detailsPath(userId: string): string;
  /** An answer instead of the call where something that it needs was refused, or not answered. */
  creditCall(
    credit: Credit,
    details: () => Promise<Answer | undefined>,
  ): Promise<CreditCall | { answer: Answer | undefined }>;
};

const TIMEOUT_MS = 5_000;

const guide: Family = {
  detailsPath: (userId) => `/operator/user-details/${encodeURIComponent(userId)}`,
  creditCall: async ({ user_id: player_id, bonus_id, amount }) => ({
    path: '/operator/bonus-credit',
    body: { player_id, bonus_id, amount, metadata: {} },
  }),
};

const inCurrency = z.object({ currency: z.string() });

const native: Family = {
  detailsPath: (userId) => `/userdetails/${encodeURIComponent(userId)}`,
  async creditCall({ user_id, bonus_id: bonus_code, amount }, details) {
    if (amount === null) return { path: '/bonus/credit', body: { user_id, bonus_code } };
    // An amount has a currency there: the player's own.
    const answer = await details();
    const read = inCurrency.safeParse(answer?.status === 200 ? answer.body : undefined);
    if (!read.success) return { answer };
    return { path: '/bonus/credit/funds', body: { user_id, bonus_code, amount, currency: read.data.currency } };
  },
};

const FAMILIES: { readonly [name in ProfileName]: Family } = { guide, native };

/** Speaks the family of routes that goes with the profile. */
export function createOperatorClient(gatewayUrl: string, apiKey: string, profile: ProfileName): OperatorClient {
  const { detailsPath, creditCall } = FAMILIES[profile];

  function userDetails(userId: string): Promise<Answer | undefined> {
    return callHttp({
      method: 'GET',
      url: gatewayUrl + detailsPath(userId),
      headers: { 'X-Api-Key': apiKey },
      timeoutMs: TIMEOUT_MS,
    });
  }

  return {
    userDetails,
    async creditBonus(credit) {
      const call = await creditCall(credit, () => userDetails(credit.user_id));
      if ('answer' in call) return call.answer;
      return callHttp({
        method: 'POST',
        url: gatewayUrl + call.path,
        headers: { 'X-Api-Key': apiKey, ...fastTrackHeaders(credit) },
        body: JSON.stringify(call.body),
        timeoutMs: TIMEOUT_MS,
      });
    },
  };
}

/** Fast Track names the trigger, the activity and the action in every call it makes. */
function fastTrackHeaders({ campaign, fasttrack_id, user_id, bonus_id }: Credit): Record<string, string> {
  return {
    'X-Fasttrack-Id': fasttrack_id,
    'X-Fasttrack-Activityid': campaign,
    'X-Fasttrack-Actionid': `credit-${bonus_id}`,
    'X-Fasttrack-Actiongroupid': campaign,
    'X-Fasttrack-Actioncommunicationprofileid': 'default',
    'X-Fasttrack-Triggerhash': createHash('sha256').update(`${campaign}\n${user_id}`).digest('hex'),
  };
}
