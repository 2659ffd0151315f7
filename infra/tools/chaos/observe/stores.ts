import pg from 'pg';
import { createEsdbEventStore } from '../../../../shared/event-store/esdb-event-store.js';
import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';
import type { Balance, Head, Lane, RunLog } from '../checker/run-log.js';
import type { ChaosPlatform } from '../platform/chaos-platform.js';

const READ_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A look into the stores, past the proxies and the services. */
export type StoresView = {
  /** Nothing is on its way any more: read models and lanes are at the store's end, and no payout is open. */
  isAtRest(): Promise<boolean>;
  collect(): Promise<Pick<RunLog, 'events' | 'heads' | 'balances' | 'lanes'>>;
  close(): Promise<void>;
};

export function createStoresView({ stores }: Pick<ChaosPlatform, 'stores'>): StoresView {
  const store = createEsdbEventStore({ connectionString: stores.eventStore, readTimeoutMs: READ_TIMEOUT_MS });

  async function rows<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({
      connectionString: stores.postgres,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: READ_TIMEOUT_MS,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function end(): Promise<bigint> {
    const last = { direction: 'backwards', maxCount: 1, streamPrefixes: [PLAYER_STREAMS] } as const;
    for await (const { position } of store.readAll(last)) return position;
    return -1n;
  }

  return {
    async isAtRest() {
      const [row] = await rows<{ seen: string; behind: string; open: string }>(AT_REST);
      const isThrough = row !== undefined && row.behind === '0' && row.open === '0';
      return isThrough && BigInt(row.seen) === (await end());
    },
    async collect() {
      const events: StoredEvent[] = [];
      for await (const event of store.readAll({ streamPrefixes: [PLAYER_STREAMS, PROFILE_STREAMS] }))
        events.push(event);
      return {
        events,
        heads: (await rows<Texts<Head>>(HEADS)).map(({ revision, ...head }) => ({
          ...head,
          revision: Number(revision),
        })),
        balances: await rows<Balance>(BALANCES),
        lanes: (await rows<Texts<Lane>>(LANES)).map((lane) => ({
          ...lane,
          taken: Number(lane.taken),
          delivered: Number(lane.delivered),
        })),
      };
    },
    close: () => store.close(),
  };
}

/** Integers of 64 bits come as text. */
type Texts<T> = { readonly [Column in keyof T]: T[Column] extends number ? string : T[Column] };

const AT_REST = `
  select coalesce(max(heads.position), -1)::text as seen,
         count(*) filter (where lanes.delivered_revision is distinct from heads.revision)::text as behind,
         (select count(*) from read_model.payments
           where kind = 'withdrawal' and status in ('requested', 'approved'))::text as open
    from read_model.heads heads left join bridge.lanes lanes using (player_id)`;
const HEADS = `select player_id::text as "playerId", revision::text, hash from read_model.heads`;
const BALANCES = `
  select player_id::text as "playerId", cash::text, bonus::text, withdrawal::text from read_model.balances`;
const LANES = `
  select player_id::text as "playerId", taken_revision::text as taken, delivered_revision::text as delivered,
         parked_reason as "parkedReason"
    from bridge.lanes`;
