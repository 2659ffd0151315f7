import type { Json } from '../event-store/event-store.js';

/** The stable codes of every error that any process of Croupier answers. */
export type ProblemCode =
  | 'malformed'
  | 'not_found'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'headers_too_large'
  | 'request_timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not_implemented'
  | 'rate_limited'
  | 'internal'
  | 'unavailable'
  | 'invalid_signature'
  | 'email_taken'
  | 'player_not_found'
  | 'session_not_found'
  | 'transaction_not_found'
  | 'idempotency_conflict'
  | 'transaction_rolled_back'
  | 'transaction_already_settled'
  | 'invalid_transition'
  | 'player_has_funds'
  | 'insufficient_funds'
  | 'currency_mismatch'
  | 'session_ended'
  | 'player_blocked'
  | 'limit_exceeded'
  | 'bonus_bet_limit_exceeded'
  | 'bonus_not_available'
  | 'invalid_amount';

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
