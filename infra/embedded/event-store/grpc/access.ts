import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import type { Storage } from '../storage/storage.js';
import { dataOf } from '../storage/stored-record.js';
import { isMetastream, metastreamOf, originalStreamOf, parseMetadata } from '../stream-metadata.js';

export type User = 'admin' | 'anonymous';
export type StreamAction = 'read' | 'write' | 'delete';

/** Who calls, and what they may. */
export type Access = {
  /** @throws NotAuthenticated when the call names somebody and does not prove it. */
  userOf(metadata: Metadata): User;
  /** @throws AccessDenied */
  check(user: User, action: StreamAction, stream: string): void;
  /** @throws AccessDenied to all but the admin. */
  checkAdmin(user: User): void;
};

export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
}

export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}

export const ALL_STREAM = '$all';
const ADMIN = 'admin';
const EVERYBODY = '$all';

/** As EventStoreDB with `--insecure`: nobody is asked, everybody may. */
export const OPEN_ACCESS: Access = { userOf: () => 'anonymous', check: () => undefined, checkAdmin: () => undefined };

/**
 * EventStoreDB's rules for the two users there are: the admin may everything but write to `$all`; who does not say who
 * they are may what a stream's `$acl` gives to `$all`, by default everything with user streams and nothing with others.
 */
export function createAccess({ storage, adminPassword }: { storage: Storage; adminPassword: string }): Access {
  const expected = digestOf(`${ADMIN}:${adminPassword}`);

  function isOpen(action: StreamAction, stream: string): boolean {
    if (stream === ALL_STREAM) return false;
    const isMetadata = isMetastream(stream);
    // There is no such thing as deleting metadata.
    if (isMetadata && action === 'delete') return false;
    const original = isMetadata ? originalStreamOf(stream) : stream;
    const roles = aclOf(storage, original)[isMetadata ? `$m${action.charAt(0)}` : `$${action.charAt(0)}`];
    return roles === undefined ? !original.startsWith('$') : [roles].flat().includes(EVERYBODY);
  }

  return {
    userOf(metadata) {
      const [header] = metadata.get('authorization');
      if (header === undefined) return 'anonymous';
      const [scheme, credentials = ''] = String(header).split(' ');
      const given = digestOf(Buffer.from(credentials, 'base64').toString('utf8'));
      if (scheme?.toLowerCase() !== 'basic' || !timingSafeEqual(given, expected)) throw new NotAuthenticated();
      return 'admin';
    },
    check(user, action, stream) {
      const isOnAll = stream === ALL_STREAM && action !== 'read';
      if (isOnAll || (user !== 'admin' && !isOpen(action, stream))) throw new AccessDenied();
    },
    checkAdmin(user) {
      if (user !== 'admin') throw new AccessDenied();
    },
  };
}

function aclOf(storage: Storage, stream: string): Record<string, unknown> {
  const [last] = storage.scanStream(metastreamOf(stream), {
    direction: 'backwards',
    from: Number.MAX_SAFE_INTEGER,
    maxCount: 1,
  });
  const acl = last && parseMetadata(dataOf(last.record))?.$acl;
  return typeof acl === 'object' && acl !== null ? { ...acl } : {};
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
