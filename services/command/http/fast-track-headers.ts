import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { JsonNumber } from '../../../shared/http/json-body.js';
import { type PlayerId, uuidV5 } from '../../../shared/ids/ids.js';
import { idempotencyKeyOf } from './player.routes.js';

// What Fast Track says with every call, in `X-Fasttrack-*` headers.

/** Bonus ids are made of (player, idempotency key) in this namespace. */
const BONUS_NAMESPACE = '1d0c6d35-6a0e-5b9e-a7a1-4f8f3d2b5c77';

/** Fast Track's headers, and what it calls them in the references it wants back. */
const REFERENCES = {
  'X-Fasttrack-Id': 'id',
  'X-Fasttrack-Activityid': 'activity_id',
  'X-Fasttrack-Actionid': 'action_id',
  'X-Fasttrack-Actiongroupid': 'action_group_id',
  'X-Fasttrack-Actioncommunicationprofileid': 'action_communication_profile_id',
  'X-Fasttrack-Triggerhash': 'trigger_hash',
};

export const REFERENCE_HEADERS = Object.keys(REFERENCES);

/** The same credit is the same bonus, by whichever family of routes it is asked for; a new one when nothing says which. */
export function userBonusIdFor(ctx: Context, playerId: PlayerId, metadata: { readonly [name: string]: unknown } = {}) {
  const key = idempotencyOf(ctx, metadata);
  return key === undefined ? randomUUID() : uuidV5(BONUS_NAMESPACE, `${playerId} ${key}`);
}

/** What makes two credits the same one, by Fast Track's own rule first; undefined when the caller gave nothing. */
function idempotencyOf(ctx: Context, metadata: { readonly [name: string]: unknown }): string | undefined {
  const id = ctx.get('X-Fasttrack-Id');
  if (id !== '') return `fast-track ${id}`;
  const tuple = ['X-Fasttrack-Activityid', 'X-Fasttrack-Actionid', 'X-Fasttrack-Triggerhash'].map((name) =>
    ctx.get(name),
  );
  const action = `action ${JSON.stringify(tuple)}`;
  if (tuple.every((part) => part !== '')) return action;
  const key = idempotencyKeyOf(ctx);
  if (key !== undefined) return `key ${key}`;
  const requestId = metadata.request_id;
  if (typeof requestId === 'string') return `request ${requestId}`;
  if (requestId instanceof JsonNumber) return `request ${requestId.text}`;
  // Half of the triple is better than nothing: a credit that is held back can be given again, one too many is gone.
  return tuple.some((part) => part !== '') ? action : undefined;
}

export function referencesOf(ctx: Context): { [name: string]: string } {
  const references = Object.entries(REFERENCES).map(([header, name]) => [name, ctx.get(header).slice(0, 200)]);
  return Object.fromEntries(references.filter(([, value]) => value !== ''));
}
