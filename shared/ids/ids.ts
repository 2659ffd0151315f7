import { hash } from 'node:crypto';

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** A decimal integer in 1…2147483646: Fast Track Rewards reads it as an int32 and skips anything else. */
export type PlayerId = Brand<'PlayerId'>;

export const PLAYER_ID_MAX = 2_147_483_646;

const PLAYER_ID = /^[1-9]\d{0,9}$/;
const CALLER_ID = /^[\x21-\x7e]{1,128}$/;

export function parsePlayerId(text: string): PlayerId | undefined {
  return PLAYER_ID.test(text) && Number(text) <= PLAYER_ID_MAX ? (text as PlayerId) : undefined;
}

/** Ids that callers choose (transactions, rounds, games, sessions): printable ASCII, 1 to 128 characters. */
export function isCallerId(text: string): boolean {
  return CALLER_ID.test(text);
}

/** Namespaces are constants, a handful: reading one takes longer than the hash does. */
const NAMESPACES = new Map<string, Buffer>();

function bytesOf(namespace: string): Buffer {
  const known = NAMESPACES.get(namespace);
  if (known !== undefined) return known;
  const bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  NAMESPACES.set(namespace, bytes);
  return bytes;
}

/** The name-based UUID of RFC 9562, version 5. */
export function uuidV5(namespace: string, name: string): string {
  const named = Buffer.concat([bytesOf(namespace), Buffer.from(name)]);
  const hex = hash('sha1', named, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
