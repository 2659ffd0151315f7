import { setTimeout as wait } from 'node:timers/promises';
import { callHttp } from '../../../sandbox/http-call.js';
import type { FaultKind } from '../plan.js';

const TIMEOUT_MS = 1_000;
const RETRY_MS = 100;

/** How Fast Track staging is told to misbehave; undefined for what is not its own. */
export function stagingPlan(fault: FaultKind, userIds: readonly string[]): object | undefined {
  switch (fault.kind) {
    case 'answer-500':
      return { mode: 'status', status: 500 };
    case 'answer-429':
      return { mode: 'status', status: 429, retry_after: fault.retryAfterS };
    case 'answer-400': {
      const user_id = userIds[fault.player % Math.max(1, userIds.length)] ?? '0';
      return { mode: 'status', status: 400, user_id, count: fault.count };
    }
    case 'delay':
      return { mode: 'delay', delay_ms: fault.delayMs };
    case 'reset':
    case 'drop':
      return { mode: fault.kind, probability: fault.percent / 100 };
    default:
      return undefined;
  }
}

/** Until staging has heard it: it may be down itself. */
export async function tellStaging(fastTrack: string, plan: object, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const body = JSON.stringify(plan);
    const answer = await callHttp({ method: 'POST', url: `${fastTrack}/faults`, body, timeoutMs: TIMEOUT_MS });
    if (answer?.status === 200) return;
    if (answer !== undefined && answer.status < 500) throw new Error(`staging refuses ${body}: ${answer.status}`);
    await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
