import { createHash } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { startStack } from '../../../infra/embedded/stack.js';
import { startProjector } from '../../../infra/testing/projector-process.js';
import { testDatabase } from '../../../infra/testing/test-database.js';
import { testStack } from '../../../infra/testing/test-stack.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { issuePlayerToken, playerTokenKey } from '../../../shared/http/player-token.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { silentLogger } from '../../../shared/telemetry/log.js';
import { createScribe, type Scribe } from '../../../shared/testing/scribe.js';
import type { QueryConfig } from '../config.js';
import { createQuery } from '../service.js';

const TOKEN_KEY = '11'.repeat(32);
export const OPERATOR_KEY = 'the key of Fast Track';
export const BACKOFFICE_KEY = 'the key of the back office';
/** What Fast Track's front end checks its tokens with. */
export const FT_JWT_KEY = '44'.repeat(32);
export const CLIENT = { client_id: 'fast-track', client_secret: 'the secret of Fast Track' };

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  readonly body: any;
};

/** Query over rows that a real projector wrote from real events. */
export type Ground = {
  readonly scribe: Scribe;
  readonly store: EventStore;
  readonly postgresUrl: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  readonly url: string;
  /** The header of a player's login. */
  login(playerId: PlayerId, loginId?: string, passwordRevision?: number): Promise<Record<string, string>>;
  startProjector(): void;
};

/** What time it is to query, and when events are written; unless told, it is now. */
export type Clock = { readonly nowMs: () => number; readonly written: () => Date };

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A query on these read models. Answers its URL. */
export async function startQuery(
  t: ExecutionContext,
  postgresUrl: string,
  clock: Partial<Clock> = {},
  change: Partial<QueryConfig> = {},
): Promise<string> {
  const query = createQuery(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      POSTGRES_URL: postgresUrl,
      CROUPIER_TOKEN_KEY: TOKEN_KEY,
      CROUPIER_OPERATOR_KEYS: [{ id: 'fast-track', sha256: sha256(OPERATOR_KEY) }],
      CROUPIER_BACKOFFICE_KEYS: [{ id: 'back-office', sha256: sha256(BACKOFFICE_KEY) }],
      CROUPIER_OAUTH_CLIENTS: [{ id: CLIENT.client_id, sha256: sha256(CLIENT.client_secret) }],
      CROUPIER_OAUTH_KEY: '22'.repeat(32),
      FT_ORIGIN: 'casino.example.com',
      FT_JWT_KEY,
      ...change,
    },
    { logger: silentLogger, ...(clock.nowMs === undefined ? {} : { nowMs: clock.nowMs }) },
  );
  t.teardown(query.stop);
  return query.start();
}

/** `through` is another way to the database, for query alone. */
export async function openGround(
  t: ExecutionContext,
  clock: Partial<Clock> = {},
  through: (postgresUrl: string) => Promise<string> = async (url) => url,
): Promise<Ground> {
  // Of its own: the test's events are all there are, and it needs no NATS.
  const stack = await startStack({ only: ['eventStore'] });
  t.teardown(stack.stop);
  const postgresUrl = await testDatabase(t, (await testStack(t, ['postgres'])).postgresUrl);
  const store = createEsdbEventStore({
    connectionString: stack.eventStoreUrl,
    appendTimeoutMs: 20_000,
    readTimeoutMs: 20_000,
  });
  t.teardown(store.close);
  const url = await startQuery(t, await through(postgresUrl), clock);

  return {
    scribe: createScribe(store, clock.written),
    store,
    postgresUrl,
    url,
    get: async (path, headers = {}) => answerOf(await fetch(url + path, { headers })),
    post: async (path, body) => answerOf(await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })),
    async send(method, path, body, headers = {}) {
      const raw = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      return answerOf(await fetch(url + path, { method, headers, ...(raw === undefined ? {} : { body: raw }) }));
    },
    async login(playerId, loginId = 'login', passwordRevision = 0) {
      const token = await issuePlayerToken(
        playerTokenKey(TOKEN_KEY),
        { playerId, loginId, passwordRevision },
        (clock.nowMs ?? Date.now)(),
      );
      return { Authorization: `Bearer ${token}` };
    },
    startProjector: () => startProjector(t, { eventStoreUrl: stack.eventStoreUrl, postgresUrl }),
  };
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Asks until the answer is not "not yet". @throws when it still is after a minute. */
export async function onceThere(ask: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
