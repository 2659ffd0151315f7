import type { JsonObject } from '../../../shared/event-store/event-store.js';
import type { FtMessage } from './ft-message.js';

/** Of whom, when and where: what each of these messages says, and some say no more. */
export type UserFields = { readonly user_id: string; readonly timestamp: string; readonly origin: string };

// The five thin messages, of which both dialects have the same. Fast Track is told that something changed and asks the
// Operator API what.

export function registered(user: UserFields, of: { readonly [field: string]: string | undefined }): FtMessage {
  return message('POST', '/v2/integration/user', { ...user, ...known(of) });
}

export function loggedIn(user: UserFields, isImpersonated: boolean): FtMessage {
  return message('POST', '/v2/integration/login', { ...user, is_impersonated: isImpersonated });
}

export function consentsChanged(user: UserFields): FtMessage {
  return message('PUT', '/v2/integration/user/consents', { ...user });
}

export function blocksChanged(user: UserFields): FtMessage {
  return message('PUT', '/v2/integration/user/blocks', { ...user });
}

export function detailsChanged(user: UserFields): FtMessage {
  return message('PUT', '/v2/integration/user', { ...user });
}

/** Without what is not known: a field that is left out is no fault to Fast Track, and null is one. */
export function known<T extends string | number | boolean | JsonObject>(fields: {
  readonly [field: string]: T | undefined;
}): { [field: string]: T } {
  const entries = Object.entries(fields).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return Object.fromEntries(entries) as { [field: string]: T };
}

function message(method: FtMessage['method'], path: string, body: JsonObject): FtMessage {
  return { method, path, body };
}
