import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { type PlayerId, parsePlayerId } from '../ids/ids.js';
import { unauthorized } from './problem.js';

const ISSUER = 'croupier';
const AUDIENCE = 'player';
const ALGORITHM = 'HS256';

/** A player's login lasts this long unless it is logged out before. */
export const PLAYER_TOKEN_TTL_S = 24 * 3600;

const KEY_BYTES_MIN = 32;

const PASSWORD_CLAIM = 'pwr';

/** Signs and checks the tokens of players; command and query share it. */
export type PlayerTokenKey = { readonly secret: KeyObject };

/** Who speaks: the player, the login that a logout revokes, and the password that a change of it revokes. */
export type PlayerLogin = {
  readonly playerId: PlayerId;
  readonly loginId: string;
  /** Which password the login was by: the revision of `email-*` that set it; 0 is the registration's. */
  readonly passwordRevision: number;
};

/** @throws Error when the key is not hexadecimal or shorter than 32 bytes. */
export function playerTokenKey(hex: string): PlayerTokenKey {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length < KEY_BYTES_MIN || bytes.length * 2 !== hex.length) {
    throw new Error(`a token key is at least ${KEY_BYTES_MIN} bytes in hexadecimal`);
  }
  return { secret: createSecretKey(bytes) };
}

/** A bearer token for this login, good for `PLAYER_TOKEN_TTL_S` from `nowMs`. */
export function issuePlayerToken(key: PlayerTokenKey, login: PlayerLogin, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  return new SignJWT({ [PASSWORD_CLAIM]: login.passwordRevision })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(login.playerId)
    .setJti(login.loginId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + PLAYER_TOKEN_TTL_S)
    .sign(key.secret);
}

/**
 * The login behind a token. Whether it was logged out, or the password changed, since is the caller's to look up.
 * @throws Problem 401, the same for every reason.
 */
export async function verifyPlayerToken(key: PlayerTokenKey, token: string, nowMs: number): Promise<PlayerLogin> {
  try {
    const { payload } = await jwtVerify(token, key.secret, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: [ALGORITHM],
      requiredClaims: ['sub', 'jti', 'exp'],
      currentDate: new Date(nowMs),
    });
    const playerId = parsePlayerId(payload.sub ?? '');
    // Tokens of before there was the claim are by the registration's password: no other was possible.
    const { jti: loginId, [PASSWORD_CLAIM]: passwordRevision = 0 } = payload;
    if (playerId !== undefined && loginId !== undefined && isRevision(passwordRevision))
      return { playerId, loginId, passwordRevision };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  throw unauthorized();
}

function isRevision(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** The token of `Authorization: Bearer <token>`. @throws Problem 401 */
export function bearerTokenOf(authorization: string): string {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthorized();
  return token;
}
