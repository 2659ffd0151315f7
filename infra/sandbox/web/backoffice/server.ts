import { ApiProblem, call } from '../design/api.js';

// The back office's own server: its API has the key, this page has not.

const API = '/backoffice/api';

/** Of the last write: what is read next shows it. */
let writtenTo: string | undefined;

/** Waits, at the server, until it shows what this page last wrote. @throws ApiProblem */
export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>(API + path, {
    ...(writtenTo === undefined ? {} : { headers: { 'X-Min-Position': writtenTo } }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export type Write = {
  readonly method?: 'POST' | 'DELETE';
  readonly json?: unknown;
  /** The same key is the same request, however often it is sent. */
  readonly idempotencyKey?: string;
};

/** @throws ApiProblem */
export function write<T>(path: string, { method = 'POST', json, idempotencyKey }: Write = {}): Promise<T> {
  return call<T>(API + path, {
    method,
    json,
    ...(idempotencyKey === undefined ? {} : { headers: { 'Idempotency-Key': idempotencyKey } }),
    onHeaders(headers) {
      writtenTo = headers.get('X-Position') ?? writtenTo;
    },
  });
}

export const AUDIT_EVENTS = `${API}/audit/events`;

/** For a person: what went wrong, and with which field. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const fields = [...error.fields].map(([pointer, fault]) => `${pointer.slice(1)}: ${fault}`);
  return [error.message, ...fields].join('; ');
}
