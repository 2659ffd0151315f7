import { type Dispatcher, Pool } from 'undici';
import { retryAfterMs } from './backoff.js';
import type { FtAnswer, FtRequest, FtSender } from './ft-sender.js';

export type UndiciSenderOptions = {
  /** May end in a path, which goes before every message's own. */
  readonly baseUrl: string;
  /** PEM, of the authorities that may vouch for the server; the public ones where it is left out. */
  readonly ca?: string | undefined;
  readonly apiKey: string;
  readonly keyHeader: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** Below what servers keep (Node's default is 5 s): the client closes first, so no request meets a closing socket. */
const KEEP_ALIVE_MS = 4_000;
/** A longer answer is cut off: its status has been said. */
const ANSWER_BYTES_MAX = 64 * 1024;
const TEXT_BYTES_MAX = 1_024;

/** Below undici's own `request`, whose abort signals and body streams cost as much as the rest of a delivery. */
export function createUndiciSender(options: UndiciSenderOptions): FtSender {
  const { timeoutMs, now } = options;
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const keyHeader = options.keyHeader.toLowerCase();
  const pool = new Pool(base.origin, {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Said though it is the default: who cannot prove to be Fast Track is told nothing.
    connect: { timeout: timeoutMs, rejectUnauthorized: true, ...(options.ca === undefined ? {} : { ca: options.ca }) },
  });

  function send(
    { message, idempotencyKey, sequence, traceparent }: FtRequest,
    onAnswer: (answer: FtAnswer) => void,
  ): void {
    let controller: Dispatcher.DispatchController | undefined;
    let head: { readonly status: number; readonly retryAfterMs: number | undefined } | undefined;
    let isOver = false;
    let bytes = 0;
    const text: Buffer[] = [];
    // The pool's own timeouts count connecting, headers and body each; this one counts the whole.
    const timer = setTimeout(() => cut(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);

    function end(error?: Error): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // What has been said counts, whatever becomes of the rest.
      if (head === undefined) onAnswer({ kind: 'unanswered', error: error?.message ?? 'the connection was closed' });
      else if (head.status === 200) onAnswer({ kind: 'answered', ...head });
      else onAnswer({ kind: 'answered', ...head, text: Buffer.concat(text).toString('utf8', 0, TEXT_BYTES_MAX) });
    }

    function cut(error: Error): void {
      end(error);
      controller?.abort(error);
    }

    const request = {
      method: message.method,
      path: `${prefix}${message.path}`,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
        'x-sequence': String(sequence),
        [keyHeader]: options.apiKey,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify(message.body),
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(its) {
        controller = its;
        // It waited for a connection, and was given up meanwhile: it must not go out after others.
        if (isOver) its.abort(new Error('given up before it was sent'));
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return;
        const retryAfter = headers['retry-after'];
        head = { status, retryAfterMs: retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, now()) };
      },
      onResponseData(_, chunk) {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) cut(new Error('a very long answer'));
        else if (head?.status !== 200 && bytes - chunk.length < TEXT_BYTES_MAX) text.push(chunk);
      },
      // Only now can the socket be used again.
      onResponseEnd: () => end(),
      onResponseError: (_, error) => end(error),
    };
    try {
      pool.dispatch(request, handler);
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    send: (request) => new Promise((resolve) => send(request, resolve)),
    stop: () => pool.destroy(),
  };
}
