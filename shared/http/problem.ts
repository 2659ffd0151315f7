import type { Json } from '../event-store/event-store.js';

/** The stable codes of every error that any process of Croupier answers, each with its one status. */
export const PROBLEM_STATUS = {
  malformed: 400,
  unauthorized: 401,
  invalid_signature: 401,
  forbidden: 403,
  not_found: 404,
  player_not_found: 404,
  session_not_found: 404,
  transaction_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  email_taken: 409,
  idempotency_conflict: 409,
  transaction_rolled_back: 409,
  transaction_already_settled: 409,
  invalid_transition: 409,
  player_has_funds: 409,
  body_too_large: 413,
  insufficient_funds: 422,
  currency_mismatch: 422,
  session_ended: 422,
  player_blocked: 422,
  limit_exceeded: 422,
  bonus_bet_limit_exceeded: 422,
  bonus_not_available: 422,
  invalid_amount: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  not_implemented: 501,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

export type ProblemOptions = {
  readonly detail?: string;
  /** Further members of the body, such as the balance of an `insufficient_funds`. */
  readonly members?: { readonly [name: string]: Json };
  readonly headers?: { readonly [name: string]: string };
  readonly cause?: unknown;
};

/** An error answer, RFC 9457: thrown by a route, rendered in one place. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly title: string;
  readonly members: { readonly [name: string]: Json };
  readonly headers: { readonly [name: string]: string };

  constructor(status: number, code: ProblemCode, title: string, options: ProblemOptions = {}) {
    super(options.detail ?? title, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.title = title;
    this.members = { ...(options.detail === undefined ? {} : { detail: options.detail }), ...options.members };
    this.headers = options.headers ?? {};
  }

  /** The body as it goes over the wire. */
  body(): string {
    const { status, code, title, members } = this;
    return JSON.stringify({ type: `urn:croupier:problem:${code}`, title, status, code, ...members });
  }
}

/** 400 with a JSON pointer to each offending member. */
export function malformed(errors: readonly { readonly detail: string; readonly pointer: string }[]): Problem {
  return new Problem(400, 'malformed', 'The request is malformed', { members: { errors } });
}

/** 401, the same for every reason, so that it tells an attacker nothing. */
export function unauthorized(): Problem {
  return new Problem(401, 'unauthorized', 'Authentication is required');
}

/** 429: too much of it, for so many seconds. */
export function rateLimited(retryAfterS: number): Problem {
  return new Problem(429, 'rate_limited', 'Too many requests', { headers: { 'Retry-After': String(retryAfterS) } });
}

/** 503 that is safe to retry with the same id. */
export function unavailable(cause?: unknown): Problem {
  return new Problem(503, 'unavailable', 'The outcome is not known yet; retry with the same id', {
    headers: { 'Retry-After': '1' },
    cause,
  });
}
