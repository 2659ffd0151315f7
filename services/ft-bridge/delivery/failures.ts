import type { Logger } from '../../../shared/telemetry/log.js';
import type { Backoff } from '../persist.js';
import type { Destination } from './destination.js';
import type { FtAnswer } from './ft-sender.js';
import { type Lane, lastSent } from './lane.js';

export type Failure = {
  /**
   * ours: no request was made, for something of our own could not be read · refused: for this message's own sake, as far
   * as the status tells · unwell: no answer, or one that says nothing about the message.
   */
  readonly kind: 'ours' | 'refused' | 'unwell';
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly error: string;
  readonly retryAfterMs: number | undefined;
  /** Which of the event's messages, and how long the answer took; undefined when no request was made. */
  readonly request: { readonly part: number; readonly durationMs: number } | undefined;
};

export type FailuresOptions = {
  readonly backoff: Backoff;
  readonly destination: Pick<Destination, 'tookFromOthersSince'>;
  readonly now: () => number;
  readonly logger: Logger;
};

export type Failures = {
  /** Notes one more, and when to try again. Answers whether the lane should end here instead. */
  failed(lane: Lane, failure: Failure): 'try-again' | 'give-up';
  recovered(lane: Lane): void;
  /** A lane comes into memory with the failures of earlier, or leaves it with them. */
  came(lane: Lane): void;
  left(lane: Lane): void;
  /** The breaker has closed: what was before says nothing about the lanes. */
  beginAnew(lane: Lane): void;
  retrying(): number;
};

/** Of its own refusals in a row, with which a lane is parked while Fast Track takes the messages of others. */
const REFUSALS_MAX = 8;

/** 4xx that say "later" or "too fast", not "this message never". */
const LATER = new Set([408, 425, 429]);

const QUOTE_MAX = 300;

/** `mayQuote`: what Fast Track said is kept for whoever looks into it. */
export function failureOf(
  answer: FtAnswer,
  request: Failure['request'],
  { mayQuote }: { readonly mayQuote: boolean },
): Failure {
  if (answer.kind === 'unanswered') {
    return { kind: 'unwell', status: undefined, error: answer.error, retryAfterMs: undefined, request };
  }
  const { status, retryAfterMs, text = '' } = answer;
  const refused = status >= 400 && status < 500 && !LATER.has(status);
  return {
    kind: refused ? 'refused' : 'unwell',
    status,
    error: `Fast Track answered ${status}${mayQuote ? quoted(text) : ''}`,
    retryAfterMs,
    request,
  };
}

/** On one line, whatever it is. */
function quoted(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line === '' ? '' : `: ${line.length > QUOTE_MAX ? `${line.slice(0, QUOTE_MAX)}…` : line}`;
}

export function failureOfOurs(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'ours', status: undefined, error: message, retryAfterMs: undefined, request: undefined };
}

export function createFailures({ backoff, destination, now, logger }: FailuresOptions): Failures {
  let retrying = 0;

  function tell(lane: Lane, { kind, status, error }: Failure): void {
    // The first lane that fails is news, and so is every refusal; in an outage thousands fail for the same reason.
    const level = kind === 'refused' || retrying === 1 ? 'warn' : 'debug';
    logger[level]({ playerId: lane.playerId, revision: lastSent(lane) + 1, status, error }, 'a lane is failing');
  }

  return {
    failed(lane, failure) {
      const before = lane.failing;
      if (before === undefined) {
        retrying += 1;
        tell(lane, failure);
      }
      const { kind, status, error, retryAfterMs } = failure;
      const at = now();
      lane.tries += 1;
      const refusals = refusalsAfter(before?.refusals ?? 0, kind);
      const since = before?.since ?? at;
      lane.failing = {
        attempts: (before?.attempts ?? 0) + 1,
        refusals,
        since,
        status,
        error,
        nextAttemptAt: at + backoff(lane.tries, retryAfterMs),
      };
      const isItsOwn = refusals >= REFUSALS_MAX && kind === 'refused';
      return isItsOwn && destination.tookFromOthersSince(lane.playerId, since) ? 'give-up' : 'try-again';
    },
    recovered(lane) {
      if (lane.failing === undefined) return;
      const { attempts, since } = lane.failing;
      lane.failing = undefined;
      lane.tries = 0;
      retrying -= 1;
      const level = retrying === 0 ? 'info' : 'debug';
      logger[level]({ playerId: lane.playerId, attempts, forMs: now() - since, retrying }, 'a lane has recovered');
    },
    came(lane) {
      if (lane.failing !== undefined) retrying += 1;
    },
    left(lane) {
      if (lane.failing !== undefined) retrying -= 1;
    },
    beginAnew(lane) {
      if (lane.failing === undefined) return;
      lane.failing = { ...lane.failing, refusals: 0 };
      lane.tries = 0;
    },
    retrying: () => retrying,
  };
}

/** In a row: an answer that says nothing about the message breaks it; that we could not ask says nothing at all. */
function refusalsAfter(before: number, kind: Failure['kind']): number {
  if (kind === 'ours') return before;
  return kind === 'refused' ? before + 1 : 0;
}
