import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import type { Context } from 'koa';
import { type Admission, createAdmission, type Scope } from './admission.js';
import { type ApiKeyHolder, holderOf } from './api-key.js';
import type { ExternalIssuer } from './external-issuer.js';
import { createFailures, type Failures } from './failures.js';
import { rateLimited, unauthorized } from './problem.js';

const ISSUER = 'croupier';
const AUDIENCE = 'operator';
const ALGORITHM = 'HS256';

/** An access token of the Operator API lasts this long. */
export const OPERATOR_TOKEN_TTL_S = 3600;

const KEY_BYTES_MIN = 32;

/** So many wrong secrets of one name (or of one wrong key, again and again) get 401; after them it is told to wait. */
const FAILURES_MAX = 20;
const FAILURES_WINDOW_MS = 60_000;

/** Who may call the Operator API: holders of keys, OAuth2 clients (id and hashed secret), and clients of an issuer outside. */
export type OperatorAuth = {
  readonly keys: readonly ApiKeyHolder[];
  readonly clients: readonly ApiKeyHolder[];
  readonly tokenKey: KeyObject;
  readonly issuer: ExternalIssuer | undefined;
  readonly admission: Admission;
  readonly failures: Failures;
};

export type OperatorAuthOptions = {
  readonly issuer?: ExternalIssuer | undefined;
  readonly admission?: Admission;
  readonly nowMs?: () => number;
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
  { issuer, admission, nowMs = Date.now }: OperatorAuthOptions = {},
): OperatorAuth {
  const bytes = Buffer.from(tokenKeyHex, 'hex');
  if (bytes.length < KEY_BYTES_MIN || bytes.length * 2 !== tokenKeyHex.length) {
    throw new Error(`a token key is at least ${KEY_BYTES_MIN} bytes in hexadecimal`);
  }
  return {
    ...{ keys, clients, tokenKey: createSecretKey(bytes), issuer },
    admission: admission ?? createAdmission({ nowMs }),
    failures: createFailures({ max: FAILURES_MAX, windowMs: FAILURES_WINDOW_MS, nowMs }),
  };
}

/**
 * The id of the caller, let in for what it asks.
 * @throws Problem 401, always the same; 403 beyond its scopes; 429 above its rate.
 */
export async function admitOperator(ctx: Context, auth: OperatorAuth, scope: Scope, nowMs: number): Promise<string> {
  const credentials = { apiKey: ctx.get('X-Api-Key'), authorization: ctx.get('Authorization') };
  const caller = await authenticateOperator(auth, credentials, nowMs);
  auth.admission.admit(ctx, caller, scope);
  return caller;
}

/**
 * The id of the key or client that calls: `X-Api-Key`, Basic (id and key, or id and secret), or a bearer token of
 * `/token` or of the issuer outside. @throws Problem 401, always the same; 429 where it was wrong too often.
 */
export async function authenticateOperator(
  auth: OperatorAuth,
  { apiKey, authorization }: OperatorCredentials,
  nowMs: number,
): Promise<string> {
  if (apiKey !== '') return holderOf(auth.keys, apiKey) ?? refuse(auth, `key ${digestOf(apiKey)}`);
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +([\w.~+/=-]+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') return basicCallerOf(auth, value);
  const caller = value === '' ? undefined : await bearerCallerOf(auth, value, nowMs);
  return caller ?? refuse(auth, undefined);
}

function basicCallerOf(auth: OperatorAuth, encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const end = text.indexOf(':');
  const id = end === -1 ? text : text.slice(0, end);
  const secret = end === -1 ? '' : text.slice(end + 1);
  const ofThisId = [...auth.keys, ...auth.clients].filter((holder) => holder.id === id);
  return holderOf(ofThisId, secret) ?? refuse(auth, `id ${digestOf(id)}`);
}

async function bearerCallerOf(auth: OperatorAuth, token: string, nowMs: number): Promise<string | undefined> {
  if (auth.issuer !== undefined && issuerIn(token) === auth.issuer.issuer) return auth.issuer.callerOf(token, nowMs);
  const clientId = await clientOf(auth, token, nowMs);
  // A client that was struck off loses its tokens at once, not at their expiry.
  return auth.clients.find((client) => client.id === clientId)?.id;
}

/** Who says that it has issued the token: only which keys to check it with depends on it. */
function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** The client-credentials grant: a token for a known client and its secret. @throws Problem 401, or 429 as above */
export async function grantOperatorToken(
  auth: OperatorAuth,
  clientId: string,
  clientSecret: string,
  nowMs: number,
): Promise<AccessToken> {
  const ofThisId = auth.clients.filter((client) => client.id === clientId);
  if (holderOf(ofThisId, clientSecret) === undefined) refuse(auth, `id ${digestOf(clientId)}`);
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

/** Counts what was tried in vain. The right secret was looked for first: however often others fail, it is never refused. */
function refuse({ failures }: OperatorAuth, name: string | undefined): never {
  const waitS = name === undefined ? 0 : failures.waitS(name);
  if (name !== undefined) failures.note(name);
  throw waitS > 0 ? rateLimited(waitS) : unauthorized();
}

/** What strangers send is kept at one length, and never as they sent it. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
