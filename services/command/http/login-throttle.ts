import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { networks, addressOf as placeOf } from '../../../shared/http/caller-address.js';
import { createFailures } from '../../../shared/http/failures.js';
import { rateLimited } from '../../../shared/http/problem.js';
import { addressOf } from '../runtime/reservations.js';
import type { Clock } from './requests.js';

/** Wrong passwords in a minute: of one account from one place, and of one account from anywhere. */
const FROM_ONE_PLACE = 10;
const FROM_ANYWHERE = 60;
const WINDOW_MS = 60_000;

/** Guessing is slow: whoever was wrong too often waits, whatever the next password is, and costs no hash. */
export type LoginThrottle = {
  /** @throws Problem 429, whether or not there is such an account */
  assertMayTry(ctx: Context, email: string): void;
  failed(ctx: Context, email: string): void;
  /** The right password: what was wrong from this place before no longer counts. */
  succeeded(ctx: Context, email: string): void;
};

/**
 * Counts per account, never per place alone: many players share an address, and one of them must not lock out the others.
 * Per process. `trustedProxies` are ours, whose `X-Forwarded-For` is believed.
 */
export function createLoginThrottle(clock: Clock, trustedProxies: readonly string[] = []): LoginThrottle {
  const proxies = networks(trustedProxies);
  const limits = { windowMs: WINDOW_MS, nowMs: clock.nowMs };
  const here = createFailures({ ...limits, max: FROM_ONE_PLACE });
  const anywhere = createFailures({ ...limits, max: FROM_ANYWHERE });
  const names = (ctx: Context, email: string) => {
    const account = digestOf(addressOf(email));
    return { account, place: `${account} ${placeOf(ctx.req, proxies)}` };
  };

  return {
    assertMayTry(ctx, email) {
      const { account, place } = names(ctx, email);
      const waitS = Math.max(here.waitS(place), anywhere.waitS(account));
      if (waitS > 0) throw rateLimited(waitS);
    },
    failed(ctx, email) {
      const { account, place } = names(ctx, email);
      here.note(place);
      anywhere.note(account);
    },
    succeeded(ctx, email) {
      here.forget(names(ctx, email).place);
    },
  };
}

/** No address is kept in memory for having been tried. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
