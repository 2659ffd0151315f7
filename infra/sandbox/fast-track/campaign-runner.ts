import type { Logger } from '../../../shared/telemetry/log.js';
import { type Answer, isTransient } from '../http-call.js';
import { BACKOFF, type Backoff, untilDone } from '../retry.js';
import type { Credit, CreditOutcome } from './campaign-book.js';
import type { OperatorClient } from './operator-client.js';

export type CampaignRunner = {
  /** Asks for the bonus until there is a final answer; returns at once. */
  run(credit: Credit): void;
  stop(): Promise<void>;
};

export type CampaignRunnerOptions = {
  readonly operator: OperatorClient;
  readonly onFinished: (credit: Credit, outcome: CreditOutcome) => Promise<void>;
  readonly logger: Logger;
  readonly backoff?: Backoff;
};

const IN_FLIGHT_MAX = 32;

export function createCampaignRunner(options: CampaignRunnerOptions): CampaignRunner {
  const { operator, onFinished, logger, backoff = BACKOFF } = options;
  const stopping = new AbortController();
  const waiting: Credit[] = [];
  const inFlight = new Set<Promise<void>>();

  function startNext(): void {
    while (inFlight.size < IN_FLIGHT_MAX && !stopping.signal.aborted) {
      const credit = waiting.shift();
      if (credit === undefined) return;
      const job = runOne(credit)
        .catch((error: unknown) => logger.error({ err: error, credit }, 'a credit could not be finished'))
        .finally(() => {
          inFlight.delete(job);
          startNext();
        });
      inFlight.add(job);
    }
  }

  async function runOne(credit: Credit): Promise<void> {
    const outcome = await untilDone(() => attempt(operator, credit), stopping.signal, backoff);
    if (outcome === undefined) return;
    logger.info({ credit, outcome }, 'the campaign finished for a user');
    await onFinished(credit, outcome);
  }

  return {
    run(credit) {
      waiting.push(credit);
      startNext();
    },
    async stop() {
      stopping.abort();
      await Promise.all(inFlight);
    },
  };
}

/** @returns undefined when it must be tried again. */
async function attempt(operator: OperatorClient, credit: Credit): Promise<CreditOutcome | undefined> {
  if (Object.keys(credit.segment).length > 0) {
    const details = await operator.userDetails(credit.user_id);
    if (!isFinal(details)) return undefined;
    if (details.status >= 300) return { result: 'refused', status: details.status, answer: details.body };
    if (!isInSegment(details.body, credit.segment)) return { result: 'not_in_segment', status: 200, answer: null };
  }
  const answer = await operator.creditBonus(credit);
  if (!isFinal(answer)) return undefined;
  return { result: answer.status < 300 ? 'credited' : 'refused', status: answer.status, answer: answer.body };
}

function isFinal(answer: Answer | undefined): answer is Answer {
  return answer !== undefined && !isTransient(answer.status);
}

function isInSegment(details: unknown, segment: Credit['segment']): boolean {
  const known = new Map(Object.entries(typeof details === 'object' && details !== null ? details : {}));
  return Object.entries(segment).every(([field, value]) => known.get(field) === value);
}
