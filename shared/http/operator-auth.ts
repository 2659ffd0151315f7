import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { type ApiKeyHolder, holderOf } from './api-key.js';
import { unauthorized } from './problem.js';

const ISSUER = 'croupier';
const AUDIENCE = 'operator';
const ALGORITHM = 'HS256';

/** An access token of the Operator API lasts this long. */
export const OPERATOR_TOKEN_TTL_S = 3600;

const KEY_BYTES_MIN = 32;

/** Who may call the Operator API: holders of keys, and OAuth2 clients (id and hashed secret). */
export type OperatorAuth = {
  readonly keys: readonly ApiKeyHolder[];
  readonly clients: readonly ApiKeyHolder[];
  readonly tokenKey: KeyObject;
};

export type OperatorCredentials = { readonly apiKey: string; readonly authorization: string };

export type AccessToken = {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly token_type: 'Bearer';
};

/** @throws Error when the token key is not hexadecimal or shorter than 32 bytes. */
export function operatorAuth(
  keys: readonly ApiKeyHolder[],
  clients: readonly ApiKeyHolder[],
  tokenKeyHex: string,
): OperatorAuth {
  const bytes = Buffer.from(tokenKeyHex, 'hex');
  if (bytes.length < KEY_BYTES_MIN || bytes.length * 2 !== tokenKeyHex.length) {
    throw new Error(`a token key is at least ${KEY_BYTES_MIN} bytes in hexadecimal`);
  }
  return { keys, clients, tokenKey: createSecretKey(bytes) };
}

/** The id of the key or client that calls: `X-Api-Key`, or a bearer token of `/token`. @throws Problem 401, always the same. */
export async function authenticateOperator(
  auth: OperatorAuth,
  { apiKey, authorization }: OperatorCredentials,
  nowMs: number,
): Promise<string> {
  if (apiKey !== '') return holderOf(auth.keys, apiKey) ?? refuse();
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) return refuse();
  const clientId = await clientOf(auth, token, nowMs);
  // A client that was struck off loses its tokens at once, not at their expiry.
  return clientId !== undefined && auth.clients.some((client) => client.id === clientId) ? clientId : refuse();
}

/** The client-credentials grant: a token for a known client and its secret. @throws Problem 401 */
export async function grantOperatorToken(
  auth: OperatorAuth,
  clientId: string,
  clientSecret: string,
  nowMs: number,
): Promise<AccessToken> {
  const ofThisId = auth.clients.filter((client) => client.id === clientId);
  if (holderOf(ofThisId, clientSecret) === undefined) throw unauthorized();
  const issuedAt = Math.floor(nowMs / 1000);
  const token = await new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + OPERATOR_TOKEN_TTL_S)
    .sign(auth.tokenKey);
  return { access_token: token, expires_in: OPERATOR_TOKEN_TTL_S, token_type: 'Bearer' };
}

async function clientOf(auth: OperatorAuth, token: string, nowMs: number): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, auth.tokenKey, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: [ALGORITHM],
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(nowMs),
    });
    return payload.sub;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function refuse(): never {
  throw unauthorized();
}
