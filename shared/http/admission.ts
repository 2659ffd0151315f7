import type { Context } from 'koa';
import { z } from 'zod';
import { jsonVariable } from '../config/env.js';
import { addressOf, networkField, networks } from './caller-address.js';
import { Problem, rateLimited, unauthorized } from './problem.js';

/** What a caller may be let in for. The first three are of the Operator API, the others of the back office. */
const SCOPES = ['players:read', 'consents:write', 'bonuses:write', 'backoffice:read', 'backoffice:write'] as const;

export type Scope = (typeof SCOPES)[number];

const policy = z.strictObject({
  /** Left out: everything behind the door that its key opens. */
  scopes: z.array(z.enum(SCOPES)).optional(),
  /** Left out: as many as it likes. */
  requests_per_minute: z.number().int().positive().optional(),
  /** Where it may call from; left out: anywhere. */
  addresses: z.array(networkField).min(1).optional(),
});

export type CallerPolicies = { readonly [callerId: string]: z.infer<typeof policy> };

/** What the services that let callers in read besides their keys. */
export const callerVariables = {
  /** `{"fast-track":{"scopes":["players:read"],"requests_per_minute":600,"addresses":["192.0.2.0/24"]}}`; who is not named is not limited. */
  CROUPIER_CALLER_POLICIES: jsonVariable(z.record(z.string(), policy)).optional(),
  /** `["10.0.0.0/8"]`: proxies of ours, whose `X-Forwarded-For` is believed. */
  CROUPIER_TRUSTED_PROXIES: jsonVariable(z.array(networkField)).optional(),
};

export type Admission = {
  /**
   * Lets a caller in that has shown who it is.
   * @throws Problem 401 from a wrong place (the uniform one: it does not tell that the key is right), 429 for too many
   * requests, 403 for what is beyond its scopes.
   */
  admit(ctx: Context, callerId: string, scope: Scope): void;
};

export type AdmissionOptions = {
  readonly policies?: CallerPolicies | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  readonly nowMs: () => number;
};

const WINDOW_MS = 60_000;

export function createAdmission({ policies = {}, trustedProxies = [], nowMs }: AdmissionOptions): Admission {
  const proxies = networks(trustedProxies);
  const callers = new Map(
    Object.entries(policies).map(([callerId, { scopes, requests_per_minute, addresses }]) => [
      callerId,
      {
        scopes,
        places: addresses && networks(addresses),
        count: requests_per_minute === undefined ? undefined : counter(requests_per_minute, nowMs),
      },
    ]),
  );
  return {
    admit(ctx, callerId, scope) {
      const caller = callers.get(callerId);
      if (caller === undefined) return;
      if (caller.places?.has(addressOf(ctx.req, proxies)) === false) throw unauthorized();
      caller.count?.(ctx);
      if (caller.scopes?.includes(scope) === false) {
        throw new Problem(403, 'forbidden', 'This caller may not do that');
      }
    },
  };
}

/** Says with every answer how much is left of the minute (draft-ietf-httpapi-ratelimit-headers), and refuses what is above. */
function counter(max: number, nowMs: () => number): (ctx: Context) => void {
  let endsMs = 0;
  let count = 0;
  return (ctx) => {
    const now = nowMs();
    if (now >= endsMs) [endsMs, count] = [now + WINDOW_MS, 0];
    count += 1;
    const resetS = Math.max(1, Math.ceil((endsMs - now) / 1000));
    ctx.set('RateLimit-Policy', `"minute";q=${max};w=${WINDOW_MS / 1000}`);
    ctx.set('RateLimit', `"minute";r=${Math.max(0, max - count)};t=${resetS}`);
    if (count > max) throw rateLimited(resetS);
  };
}
