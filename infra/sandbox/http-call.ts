import { Agent, request } from 'undici';
import { sign } from '../../shared/http/signature.js';

/** An answer, or `undefined` where nobody knows what happened: no connection, a timeout, a cut one. */
export type Answer = { readonly status: number; readonly body: unknown };

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as it is: a retry must carry the same bytes. */
  readonly body?: string;
  readonly timeoutMs: number;
};

/** Shorter than our servers' 65 s, so that no request meets a socket the server is closing. */
const agent = new Agent({ keepAliveTimeout: 10_000, keepAliveMaxTimeout: 10_000, connections: 128 });

/** One HTTP call; it never throws for what the network does. */
export async function callHttp({ method, url, headers, body, timeoutMs }: Call): Promise<Answer | undefined> {
  try {
    const response = await request(url, {
      method,
      dispatcher: agent,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: parsed(text) };
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export type Signer = { readonly idHeader: 'X-Provider-Id' | 'X-Psp-Id'; readonly id: string; readonly secret: string };

/** A signed POST. The timestamp, and so the signature, is fresh at each try; the body is what the caller says. */
export function callSigned(signer: Signer, url: string, body: string, timeoutMs: number): Promise<Answer | undefined> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { pathname } = new URL(url);
  const signature = sign(signer.secret, { timestamp, method: 'POST', path: pathname, body });
  return callHttp({
    method: 'POST',
    url,
    headers: { [signer.idHeader]: signer.id, 'X-Timestamp': timestamp, 'X-Signature': signature },
    body,
    timeoutMs,
  });
}

/** True when the same request may get another answer later. */
export function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}
