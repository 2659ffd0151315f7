import { createHash } from 'node:crypto';
import { type Answer, callHttp } from '../http-call.js';
import type { Credit } from './campaign-book.js';

/** The Operator API as Fast Track calls it; `undefined` where the network failed. */
export type OperatorClient = {
  userDetails(userId: string): Promise<Answer | undefined>;
  creditBonus(credit: Credit): Promise<Answer | undefined>;
};

const TIMEOUT_MS = 5_000;

export function createOperatorClient(gatewayUrl: string, apiKey: string): OperatorClient {
  return {
    userDetails(userId) {
      return callHttp({
        method: 'GET',
        url: `${gatewayUrl}/operator/user-details/${encodeURIComponent(userId)}`,
        headers: { 'X-Api-Key': apiKey },
        timeoutMs: TIMEOUT_MS,
      });
    },
    creditBonus(credit) {
      const { user_id: player_id, bonus_id, amount } = credit;
      return callHttp({
        method: 'POST',
        url: `${gatewayUrl}/operator/bonus-credit`,
        headers: { 'X-Api-Key': apiKey, ...fastTrackHeaders(credit) },
        body: JSON.stringify({ player_id, bonus_id, amount, metadata: {} }),
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
    'X-Fasttrack-Triggerhash': createHash('sha256').update(`${campaign}\n${user_id}`).digest('hex'),
  };
}
