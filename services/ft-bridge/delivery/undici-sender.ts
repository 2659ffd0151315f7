import { Pool } from 'undici';
import { retryAfterMs } from './backoff.js';
import type { FtSender } from './ft-sender.js';

export type UndiciSenderOptions = {
  /** May end in a path, which goes before every message's own. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly keyHeader: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** Below what servers keep (Node's default is 5 s): the client closes first, so no request meets a closing socket. */
const KEEP_ALIVE_MS = 4_000;
const DRAIN_BYTES_MAX = 64 * 1024;

export function createUndiciSender(options: UndiciSenderOptions): FtSender {
  const { timeoutMs, now } = options;
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const pool = new Pool(base.origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  });

  return {
    async send({ message, idempotencyKey, sequence }) {
      // The pool's own timeouts count connecting, headers and body each; this one counts the whole.
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      try {
        const { statusCode, headers, body } = await pool.request({
          method: message.method,
          path: `${prefix}${message.path}`,
          headers: {
            'content-type': 'application/json',
            'idempotency-key': idempotencyKey,
            'x-sequence': String(sequence),
            [options.keyHeader.toLowerCase()]: options.apiKey,
          },
          body: JSON.stringify(message.body),
          signal: timeout.signal,
        });
        // Drained, or the socket cannot be used again. The status has been said, whatever becomes of the body.
        await body.dump({ limit: DRAIN_BYTES_MAX }).catch(() => undefined);
        const retryAfter = headers['retry-after'];
        return {
          kind: 'answered',
          status: statusCode,
          retryAfterMs: retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, now()),
        };
      } catch (error) {
        return { kind: 'unanswered', error: error instanceof Error ? error.message : String(error) };
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => pool.destroy(),
  };
}
