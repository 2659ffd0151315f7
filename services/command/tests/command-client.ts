import { createHash } from 'node:crypto';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { sign } from '../../../shared/http/signature.js';
import { CATALOGUE_STREAM } from '../../../shared/ids/streams.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import type { Tracer } from '../../../shared/telemetry/tracing.js';
import type { Passwords } from '../adapters/passwords.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { readConfig } from '../config.js';
import type { Archive } from '../runtime/archive.js';
import { createMemoryArchive } from '../runtime/memory-archive.js';
import type { PayoutPorts } from '../runtime/payouts.js';
import type { TimerLease } from '../runtime/timers.js';
import type { FindForgotten } from '../runtime/unfinished-erasures.js';
import type { FindUnmarkedDetails } from '../runtime/unmarked-details.js';
import { startCommand } from '../service.js';

export const OPERATOR_KEY = 'operator-key';
export const BACKOFFICE_KEY = 'backoffice-key';
export const PROVIDER_SECRET = 'provider-secret-0123456789';
const OTHER_SECRET = 'another-secret-0123456789';
export const PSP_SECRET = 'psp-secret-0123456789';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The body's text, and what it parses to. */
  readonly text: string;
  readonly body: Record<string, unknown>;
};

export type Send = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown };

type TestContext = { teardown(undo: () => Promise<void>): void };

export type CommandOptions = {
  readonly store?: EventStore;
  readonly archive?: Archive;
  readonly nowMs?: () => number;
  readonly payouts?: PayoutPorts;
  readonly findUnmarkedDetails?: FindUnmarkedDetails;
  readonly timerLease?: TimerLease;
  readonly catalogue?: Catalogue;
  /** For the read models; without it, Postgres is away. */
  readonly postgresUrl?: string;
  readonly findForgotten?: FindForgotten;
  readonly tracer?: Tracer;
  readonly passwords?: Passwords;
  readonly trustedProxies?: readonly string[];
};

const NO_PAYOUTS: PayoutPorts = { openWithdrawals: async () => [], pay: async () => undefined };

/** The environment of every test: keys that are in this file. */
export function envOfTests(urls: { readonly EVENTSTORE_URL: string; readonly POSTGRES_URL: string }) {
  return {
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...urls,
    CROUPIER_PASSWORD_COST: '1024',
    CROUPIER_EMAIL_KEY: 'ab'.repeat(32),
    CROUPIER_TOKEN_KEY: 'cd'.repeat(32),
    CROUPIER_OAUTH_KEY: 'ef'.repeat(32),
    CROUPIER_PROVIDERS: JSON.stringify([
      { id: 'mock', secrets: [PROVIDER_SECRET] },
      { id: 'other', secrets: [OTHER_SECRET] },
    ]),
    CROUPIER_PSPS: JSON.stringify([{ id: 'fake', secrets: [PSP_SECRET], url: 'http://127.0.0.1:1' }]),
    CROUPIER_OPERATOR_KEYS: JSON.stringify([{ id: 'fast-track', sha256: sha256(OPERATOR_KEY) }]),
    CROUPIER_BACKOFFICE_KEYS: JSON.stringify([{ id: 'back-office', sha256: sha256(BACKOFFICE_KEY) }]),
  };
}

/** The configuration of every test, with the product's own catalogue. */
export function configOfTests(postgresUrl = 'postgres://127.0.0.1:1/unused') {
  return readConfig(envOfTests({ EVENTSTORE_URL: 'unused', POSTGRES_URL: postgresUrl }));
}

/** A command service on a free port, over the in-memory store unless told otherwise. */
export async function commandService(t: TestContext, options: CommandOptions = {}) {
  const store = options.store ?? createMemoryEventStore();
  const nowMs = options.nowMs ?? (() => Date.now());
  const { catalogue, ...config } = configOfTests(options.postgresUrl);
  const service = await startCommand(
    {
      ...config,
      catalogue: options.catalogue ?? catalogue,
      CROUPIER_TRUSTED_PROXIES: [...(options.trustedProxies ?? [])],
    },
    {
      store,
      archive: options.archive ?? createMemoryArchive(),
      payouts: options.payouts ?? NO_PAYOUTS,
      findUnmarkedDetails: options.findUnmarkedDetails ?? (async () => []),
      ...timersOf(options),
      findForgotten: options.findForgotten ?? (async () => []),
      clock: { nowMs },
      logger: silentLogger,
      ...(options.tracer === undefined ? {} : { tracer: options.tracer }),
      ...(options.passwords === undefined ? {} : { passwords: options.passwords }),
    },
  );
  t.teardown(() => service.stop());

  async function send(path: string, { method = 'POST', headers = {}, body }: Send): Promise<Answer> {
    const raw = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers,
      ...(raw === undefined ? {} : { body: raw }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) };
  }

  /** A call that its caller has signed. */
  function signed(
    path: string,
    body: unknown,
    caller: { id: string; secret: string; header: string },
    more: Record<string, string> = {},
  ): Promise<Answer> {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const timestamp = String(Math.floor(nowMs() / 1000));
    const signature = sign(caller.secret, { timestamp, method: 'POST', path, body: raw });
    return send(path, {
      headers: { ...more, [caller.header]: caller.id, 'X-Timestamp': timestamp, 'X-Signature': signature },
      body: raw,
    });
  }

  return {
    store,
    url: service.url,
    stop: () => service.stop(),
    send,
    provider: (action: string, body: unknown, headers: Record<string, string> = {}) =>
      signed(`/provider/v1/${action}`, body, { id: 'mock', secret: PROVIDER_SECRET, header: 'X-Provider-Id' }, headers),
    otherProvider: (action: string, body: unknown) =>
      signed(`/provider/v1/${action}`, body, { id: 'other', secret: OTHER_SECRET, header: 'X-Provider-Id' }),
    psp: (body: unknown) => signed('/psp/v1/callback', body, { id: 'fake', secret: PSP_SECRET, header: 'X-Psp-Id' }),
    operator: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, { headers: { 'X-Api-Key': OPERATOR_KEY, ...headers }, body }),
    backoffice: (path: string, body?: unknown, method = 'POST') =>
      send(path, { method, headers: { 'X-Api-Key': BACKOFFICE_KEY }, body }),
    asPlayer: (token: string, path: string, body?: unknown, method = 'POST', headers: Record<string, string> = {}) =>
      send(path, { method, headers: { Authorization: `Bearer ${token}`, ...headers }, body }),
  };
}

/** With read models at hand the timers are the real ones; without, nothing falls due by itself. */
function timersOf({ timerLease, postgresUrl }: CommandOptions): { timerLease?: TimerLease } {
  if (timerLease !== undefined) return { timerLease };
  return postgresUrl === undefined ? { timerLease: async () => false } : {};
}

export type CommandClient = Awaited<ReturnType<typeof commandService>>;

export const PERSON = {
  email: 'jane@example.com',
  password: 'correct horse',
  first_name: 'Jane',
  last_name: 'Doe',
  birth_date: '1990-01-31',
  country: 'SE',
  currency: 'EUR',
};

export type ReadyPlayer = { readonly playerId: string; readonly token: string; readonly sessionId: string };

/** A player with 100 EUR and an open game session. */
export async function readyPlayer(command: CommandClient, email = PERSON.email): Promise<ReadyPlayer> {
  const registered = await command.send('/players', { body: { ...PERSON, email } });
  const playerId = String(registered.body.player_id);
  const token = String(registered.body.token);
  const deposit = await command.asPlayer(token, '/me/deposits', { amount: '100.00', currency: 'EUR', psp: 'fake' });
  await command.psp({ payment_id: deposit.body.payment_id, psp_reference: 'ref', status: 'completed' });
  const session = await command.asPlayer(token, '/me/game-sessions', { provider: 'mock', game_id: 'slot_abc' });
  return { playerId, token, sessionId: String(session.body.session_id) };
}

export function betBody({ playerId, sessionId }: ReadyPlayer, change: Record<string, unknown> = {}) {
  return {
    transaction_id: 't-1',
    player_id: playerId,
    session_id: sessionId,
    game_id: 'slot_abc',
    round_id: 'r-1',
    amount: '10.00',
    currency: 'EUR',
    ...change,
  };
}

/** Every event of the store, in order, but for the catalogue's, which a start records. */
export async function allEvents(store: EventStore) {
  const events = [];
  for await (const event of store.readAll()) if (event.stream !== CATALOGUE_STREAM) events.push(event);
  return events;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
