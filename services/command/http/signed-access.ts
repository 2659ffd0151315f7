import type { Access, SecurityScheme } from '../../../shared/http/access.js';
import { Problem } from '../../../shared/http/problem.js';
import { isSignedBy } from '../../../shared/http/signature.js';
import type { Clock } from './requests.js';

/** A caller that signs its requests; two secrets are live during a rotation. */
export type SigningCaller = { readonly id: string; readonly secrets: readonly string[] };

/** The id of the caller that signed the bytes of the body, checked before anything is parsed. */
export function signedAccess(
  security: SecurityScheme,
  idHeader: string,
  callers: readonly SigningCaller[],
  clock: Clock,
): Access<string> {
  return {
    security: [security],
    problems: ['invalid_signature', 'body_too_large'],
    async admit(ctx, raw) {
      const caller = callers.find(({ id }) => id === ctx.get(idHeader));
      const request = { timestamp: ctx.get('X-Timestamp'), method: ctx.method, path: ctx.path, body: await raw() };
      if (caller !== undefined && isSignedBy(caller.secrets, ctx.get('X-Signature'), request, clock.nowMs())) {
        return caller.id;
      }
      throw new Problem(401, 'invalid_signature', 'The signature is missing, wrong or out of date');
    },
  };
}
