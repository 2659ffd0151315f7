import type { Context } from 'koa';
import type { Scope } from './admission.js';
import { type BackofficeCallers, callerOf } from './api-key.js';
import { admitOperator, type OperatorAuth } from './operator-auth.js';
import { bearerTokenOf, type PlayerLogin, type PlayerTokenKey, verifyPlayerToken } from './player-token.js';
import type { ProblemCode } from './problem.js';

/** Each way to say who calls, as OpenAPI describes it. */
export const SECURITY_SCHEMES = {
  backofficeKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'A key of the back office.' },
  operatorKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'A key of Fast Track.' },
  operatorToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of `/token` (OAuth2 client credentials), or of the issuer outside.',
  },
  operatorBasic: { type: 'http', scheme: 'basic', description: 'Id and key, or client id and secret.' },
  playerToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token of a player’s login.' },
  providerSignature: signature('X-Provider-Id'),
  pspSignature: signature('X-Psp-Id'),
} as const;

export type SecurityScheme = keyof typeof SECURITY_SCHEMES;

function signature(idHeader: string) {
  return {
    type: 'apiKey',
    in: 'header',
    name: 'X-Signature',
    description:
      `With ${idHeader} and X-Timestamp (Unix seconds, at most 300 s off): lower-case hexadecimal ` +
      'HMAC-SHA256(secret, `<timestamp>.<METHOD>.<path without query>.<raw body>`).',
  } as const;
}

/** Who may call, how they say so, and what those hear who may not. */
export type Access<Caller> = {
  /** Any one of these lets in; none: anyone may call. */
  readonly security: readonly SecurityScheme[];
  readonly problems: readonly ProblemCode[];
  /** Says who calls. @throws Problem 401, the same for every reason. */
  admit(ctx: Context, raw: () => Promise<Buffer>): Promise<Caller>;
};

/** The key is wrong; it does not go this far; it is used too often, or a wrong one is. */
const NOT_ADMITTED = ['unauthorized', 'forbidden', 'rate_limited'] as const;

export const anyone: Access<undefined> = { security: [], problems: [], admit: async () => undefined };

/** The brand's operators. Fast Track's keys are others, and do not open this door. */
export function backofficeAccess(callers: BackofficeCallers): Access<string> {
  return { security: ['backofficeKey'], problems: NOT_ADMITTED, admit: async (ctx) => callerOf(ctx, callers) };
}

/** Fast Track, as far as its key goes. */
export function operatorAccess(auth: OperatorAuth, scope: Scope, nowMs: () => number): Access<string> {
  return {
    security: ['operatorKey', 'operatorToken', 'operatorBasic'],
    problems: NOT_ADMITTED,
    admit: (ctx) => admitOperator(ctx, auth, scope, nowMs()),
  };
}

/** A player. Whether it was logged out since is for the caller's group to look up. */
export function playerAccess(key: PlayerTokenKey, nowMs: () => number): Access<PlayerLogin> {
  return {
    security: ['playerToken'],
    problems: ['unauthorized'],
    admit: async (ctx) => verifyPlayerToken(key, bearerTokenOf(ctx.get('Authorization')), nowMs()),
  };
}
