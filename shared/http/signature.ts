import { createHmac, timingSafeEqual } from 'node:crypto';

/** A signature is good for this long before and after its timestamp. */
export const SIGNATURE_WINDOW_S = 300;

export type SignedRequest = {
  /** Unix seconds, as the `X-Timestamp` header has it. */
  readonly timestamp: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The raw body: what was sent, not what it parses to. */
  readonly body: Buffer | string;
};

/** Lower-case hex HMAC-SHA256 over `<timestamp>.<METHOD>.<path>.<raw body>`. */
export function sign(secret: string, request: SignedRequest): string {
  return createHmac('sha256', secret)
    .update(`${request.timestamp}.${request.method}.${request.path}.`)
    .update(request.body)
    .digest('hex');
}

/** True when one of the live secrets made this signature, in time. Compared in constant time. */
export function isSignedBy(
  secrets: readonly string[],
  signature: string,
  request: SignedRequest,
  nowMs: number,
): boolean {
  if (!/^\d{1,12}$/.test(request.timestamp) || !/^[0-9a-f]{64}$/.test(signature)) return false;
  const given = Buffer.from(signature, 'hex');
  let matched = false;
  for (const secret of secrets) {
    // Every secret is tried, so that the time does not tell which of two is live.
    if (timingSafeEqual(Buffer.from(sign(secret, request), 'hex'), given)) matched = true;
  }
  return matched && Math.abs(nowMs / 1000 - Number(request.timestamp)) <= SIGNATURE_WINDOW_S;
}
