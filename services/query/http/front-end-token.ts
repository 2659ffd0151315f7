import { createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { PlayerId } from '../../../shared/ids/ids.js';

/** A page asks again before it ends; a token that leaks is soon worth nothing. */
export const FRONT_END_TOKEN_TTL_S = 900;

/** The secret that Fast Track's front end checks its tokens with: exactly 256 bits, in hexadecimal. */
export function frontEndKey(hex: string): KeyObject {
  return createSecretKey(Buffer.from(hex, 'hex'));
}

/** What Fast Track's script on a brand's page shows to Fast Track: the claims are Fast Track's, no more and no less. */
export function frontEndToken(key: KeyObject, playerId: PlayerId, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  return new SignJWT({ user_id: playerId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + FRONT_END_TOKEN_TTL_S)
    .sign(key);
}
