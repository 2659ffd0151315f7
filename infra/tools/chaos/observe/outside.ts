import { z } from 'zod';
import { callHttp } from '../../../sandbox/http-call.js';
import type { Call } from '../checker/run-log.js';
import type { ChaosPlatform } from '../platform/chaos-platform.js';

// What the others outside still have to do, and have done: the PSP's callbacks and Fast Track's campaign.

type Outside = Pick<ChaosPlatform, 'fastTrack' | 'psp'>;

const TIMEOUT_MS = 10_000;
/** A campaign's last try was sent at most this long before it ended. */
const CREDIT_TIMEOUT_MS = 5_000;
const CAMPAIGN = { enabled: true, trigger: 'first_deposit', segment: {}, bonus_id: 'welcome_bonus_50', amount: 50 };

const owedSchema = z.object({ owed: z.number() });
const statsSchema = z.object({ campaign: z.object({ pending: z.number() }) });
const timelineSchema = z.object({
  entries: z.array(
    z.union([
      z.object({
        kind: z.literal('campaign'),
        at: z.string(),
        result: z.string(),
        fasttrack_id: z.string(),
        status: z.number(),
        answer: z.unknown(),
      }),
      z.object({ kind: z.literal('message') }),
    ]),
  ),
});

/** From now on the first deposit of a player gets a bonus. */
export async function startCampaign({ fastTrack }: Outside): Promise<void> {
  const answer = await callHttp({
    ...{ method: 'PUT', url: `${fastTrack}/campaigns/first-deposit` },
    ...{ body: JSON.stringify(CAMPAIGN), timeoutMs: TIMEOUT_MS },
  });
  if (answer?.status !== 200) throw new Error('staging does not take the campaign');
}

/** True when neither the PSP nor Fast Track will call us any more. */
export async function isOutsideAtRest({ fastTrack, psp }: Outside): Promise<boolean> {
  const [callbacks, stats] = await Promise.all([
    callHttp({ method: 'GET', url: `${psp}/callbacks`, timeoutMs: TIMEOUT_MS }),
    callHttp({ method: 'GET', url: `${fastTrack}/stats`, timeoutMs: TIMEOUT_MS }),
  ]);
  const owed = owedSchema.safeParse(callbacks?.body).data?.owed;
  return owed === 0 && statsSchema.safeParse(stats?.body).data?.campaign.pending === 0;
}

/** Fast Track is a client too: what its campaign asked for, and what it was told. */
export async function campaignCalls({ fastTrack }: Outside, playerIds: readonly string[]): Promise<readonly Call[]> {
  const calls: Call[] = [];
  for (const playerId of playerIds) {
    const answer = await callHttp({ method: 'GET', url: `${fastTrack}/timeline/${playerId}`, timeoutMs: TIMEOUT_MS });
    if (answer?.status !== 200) throw new Error(`staging does not show the timeline of ${playerId}`);
    for (const entry of timelineSchema.parse(answer.body).entries) {
      if (entry.kind !== 'campaign') continue;
      calls.push({
        id: `campaign-${playerId}`,
        ...{ playerId, wish: { kind: 'bonus', reference: entry.fasttrack_id } },
        outcome: entry.result === 'credited' ? 'acknowledged' : 'refused',
        ...{ status: entry.status, answer: entry.answer },
        // It does not say how often it tried.
        tries: 2,
        lastTryAt: Date.parse(entry.at) - CREDIT_TIMEOUT_MS,
      });
    }
  }
  return calls;
}
