import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import type { Admission } from './admission.js';
import { unauthorized } from './problem.js';

/** A caller known by the SHA-256 (hex) of its key: the key itself is kept nowhere. Two entries of one id are a rotation. */
export type ApiKeyHolder = { readonly id: string; readonly sha256: string };

/** Who holds keys to the back office, and what each of them may do there. */
export type BackofficeCallers = { readonly holders: readonly ApiKeyHolder[]; readonly admission: Admission };

/** The id of the holder of this key, compared in constant time; undefined when nobody holds it. */
export function holderOf(holders: readonly ApiKeyHolder[], key: string): string | undefined {
  // No header is an empty key: the hash of nothing, put into a configuration by a slip, must not open the door.
  if (key === '') return undefined;
  const given = createHash('sha256').update(key).digest();
  let found: string | undefined;
  for (const holder of holders) {
    if (timingSafeEqual(Buffer.from(holder.sha256, 'hex'), given)) found = holder.id;
  }
  return found;
}

/** Who asks, by `X-Api-Key`; reading and writing are scopes apart. @throws Problem 401, 403 or 429 */
export function callerOf(ctx: Context, { holders, admission }: BackofficeCallers): string {
  const caller = holderOf(holders, ctx.get('X-Api-Key'));
  if (caller === undefined) throw unauthorized();
  const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
  admission.admit(ctx, caller, isReading ? 'backoffice:read' : 'backoffice:write');
  return caller;
}
