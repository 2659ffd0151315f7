import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { jsonVariable } from '../config/env.js';
import { unavailable } from './problem.js';

/** Only signatures that a public key checks: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const FETCH_TIMEOUT_MS = 2_000;
/** After a fetch, a key that is not among the fetched ones is not there for so long: invented key ids fetch nothing. */
const COOLDOWN_MS = 30_000;
/** A key that its issuer took back is refused this much later at the latest. */
const KEYS_MAX_AGE_MS = 600_000;
const CLOCK_TOLERANCE_S = 5;

const settings = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwks_url: z.url().refine(isSafe, 'must be https, or http on this very machine'),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256']),
  /** Who of those that the issuer vouches for may call: the `sub` of their tokens. Each is a caller of that id. */
  clients: z.array(z.string().min(1)).min(1),
});

export type IssuerSettings = z.infer<typeof settings>;

/** `{"issuer","audience","jwks_url","algorithms"?,"clients"}`: whose access tokens open the Operator API, besides our own. */
export const issuerVariable = jsonVariable(settings).optional();

export type ExternalIssuer = {
  readonly issuer: string;
  /** The caller of a token; undefined when it is none of this issuer for us. @throws Problem 503 while its keys cannot be read. */
  callerOf(token: string, nowMs: number): Promise<string | undefined>;
};

export function externalIssuer({ issuer, audience, jwks_url, algorithms, clients }: IssuerSettings): ExternalIssuer {
  const keys = createRemoteJWKSet(new URL(jwks_url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
  });
  const keyOf: JWTVerifyGetKey = async (header, input) => {
    try {
      return await keys(header, input);
    } catch (error) {
      // Which key it is, or that there is none, is about the token. Anything else is about the issuer being away.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw unavailable(error);
    }
  };
  return {
    issuer,
    async callerOf(token, nowMs) {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          ...{ issuer, audience, algorithms, requiredClaims: ['sub', 'exp'] },
          currentDate: new Date(nowMs),
          clockTolerance: CLOCK_TOLERANCE_S,
        });
        return clients.find((client) => client === payload.sub);
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}
