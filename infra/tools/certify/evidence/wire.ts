import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { sign } from '../../../../shared/http/signature.js';
import type { Caller, EvidenceBook } from './evidence.js';
import type { Subject } from './subject.js';

/** What a case is about could not be found out; the message says why. */
export class NotGathered extends Error {
  override readonly name = 'NotGathered';
}

export type Call = {
  readonly as: Caller;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A path of the gateway's, or a whole URL of somebody else's. */
  readonly to: string;
  readonly token?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly json?: unknown;
};

export type Answer = {
  readonly status: number;
  /** As it came, byte for byte. */
  readonly text: string;
  readonly body: { readonly [member: string]: unknown };
  readonly replayed: boolean;
  /** Where the write was stored, when it says so. */
  readonly position: bigint | undefined;
  /** The number of the evidence that this is. */
  readonly n: number;
};

export type Wire = {
  /** One call that is kept. No answer and 503 are asked again, unchanged, as the API says. @throws NotGathered */
  send(call: Call): Promise<Answer>;
  /** A look at something, again and again; only what was found is kept, by the one who looks. @throws NotGathered */
  look(call: Call): Promise<Answer>;
};

export type WireOptions = {
  readonly subject: Subject;
  readonly evidence: EvidenceBook;
  /** How long there may be no answer. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
};

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 200;

/** Shorter than our servers' 65 s, so that no request meets a socket the server is closing. */
const agent = new Agent({ keepAliveTimeout: 10_000, keepAliveMaxTimeout: 10_000, connections: 128 });

export function createWire({ subject, evidence, patienceMs, signal }: WireOptions): Wire {
  async function ask(call: Call, isKept: boolean): Promise<Answer> {
    const deadline = Date.now() + patienceMs;
    const text = call.json === undefined ? undefined : JSON.stringify(call.json);
    for (;;) {
      signal.throwIfAborted();
      const began = performance.now();
      const got = await attempt(subject, call, text, signal);
      const ms = Math.round((performance.now() - began) * 10) / 10;
      const n = isKept ? evidence.keep({ kind: 'call', ...shown(subject, call), ...seen(got), ms }) : 0;
      if (got !== undefined && got.status !== 503) return { ...got, n };
      if (Date.now() > deadline) throw new NotGathered(`${call.method} ${call.to} had no answer`);
      await wait(PAUSE_MS, undefined, { signal });
    }
  }

  return { send: (call) => ask(call, true), look: (call) => ask(call, false) };
}

type Got = Omit<Answer, 'n'>;

async function attempt(
  subject: Subject,
  call: Call,
  text: string | undefined,
  signal: AbortSignal,
): Promise<Got | undefined> {
  const { method, to, token, headers } = call;
  const url = to.startsWith('/') ? `${subject.gateway}${to}` : to;
  try {
    const response = await request(url, {
      method,
      dispatcher: agent,
      headers: {
        ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...credentials(subject, call, text ?? ''),
        ...headers,
      },
      body: text ?? null,
      ...{ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal },
    });
    const answer = await response.body.text();
    const position = response.headers['x-position'];
    return {
      status: response.statusCode,
      text: answer,
      body: objectOf(answer),
      replayed: response.headers['idempotency-replayed'] === 'true',
      position: typeof position === 'string' && /^\d+$/.test(position) ? BigInt(position) : undefined,
    };
  } catch {
    return undefined;
  }
}

/** How each caller shows who it is. The signature is fresh at each try; the body is not. */
function credentials({ keys, gateway }: Subject, { as, method, to }: Call, body: string): Record<string, string> {
  // Whoever else is asked gets no key of the platform's.
  if (!to.startsWith('/') && !to.startsWith(gateway)) return {};
  const signed = (idHeader: string, id: string, secret: string) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const path = to.split('?')[0] ?? to;
    const signature = sign(secret, { timestamp, method, path, body });
    return { [idHeader]: id, 'X-Timestamp': timestamp, 'X-Signature': signature };
  };
  switch (as) {
    case 'provider':
      return signed('X-Provider-Id', keys.providerId, keys.providerSecret);
    case 'psp':
      return signed('X-Psp-Id', keys.pspId, keys.pspSecret);
    case 'back_office':
      return { 'X-Api-Key': keys.backofficeApiKey };
    case 'fast_track':
      return { 'X-Api-Key': keys.operatorApiKey };
    case 'player':
    case 'auditor':
      return {};
  }
}

function shown({ gateway }: Subject, { as, method, to, json }: Call) {
  return { as, method, path: to.startsWith(gateway) ? to.slice(gateway.length) : pathOf(to), body: json ?? null };
}

function pathOf(to: string): string {
  return to.startsWith('/') ? to : new URL(to).pathname;
}

function seen(got: Got | undefined) {
  return { status: got?.status ?? 0, replayed: got?.replayed ?? false, answer: got?.body ?? null };
}

function objectOf(text: string): { readonly [member: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : { value };
  } catch {
    return {};
  }
}
