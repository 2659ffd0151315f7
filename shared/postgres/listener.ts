import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../telemetry/log.js';

export type PostgresListenerOptions = {
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** What to do with each payload, by channel. */
  readonly channels: { readonly [channel: string]: (payload: string) => void };
  /** Listening, from now on. Whatever was said before, at the first time and after each drop, was not heard. */
  readonly onListening: () => void;
  readonly logger: Logger;
};

export type PostgresListener = { stop(): Promise<void> };

const CONNECT_TIMEOUT_MS = 3_000;
const REOPEN_DELAY_MS = 250;
const REOPEN_DELAY_MAX_MS = 2_000;
/** A connection that is silent because it is dead is found out by asking. */
const PROBE_EVERY_MS = 5_000;
const PROBE_TIMEOUT_MS = 3_000;
const CHANNEL = /^[a-z_]+$/;

/**
 * Hears what transactions say with NOTIFY once they are committed, on a connection of its own, which survives its server.
 * A hint and no more: whoever must not miss anything looks for itself in `onListening`.
 */
export function createPostgresListener(options: PostgresListenerOptions): PostgresListener {
  const { channels, onListening, logger } = options;
  const names = Object.keys(channels);
  for (const name of names) if (!CHANNEL.test(name)) throw new Error(`${name} is no channel name`);
  const stopping = new AbortController();
  const { signal } = stopping;

  async function keepListening(): Promise<void> {
    let delayMs = REOPEN_DELAY_MS;
    while (!signal.aborted) {
      try {
        await listen(() => {
          delayMs = REOPEN_DELAY_MS;
          onListening();
        });
      } catch (err) {
        logger.warn({ err, channels: names }, 'listening stopped; opening it again');
      }
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, REOPEN_DELAY_MAX_MS);
    }
  }

  /** Until told to stop. @throws Error when the connection is lost */
  async function listen(onOpen: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('the connection was closed')));
    client.on('notification', ({ channel, payload = '' }) => channels[channel]?.(payload));
    try {
      await client.connect();
      for (const name of names) await client.query(`LISTEN ${name}`);
      onOpen();
      const over = AbortSignal.any([signal, lost.signal]);
      while (!over.aborted) {
        await sleep(PROBE_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
        if (!over.aborted) await client.query('SELECT 1');
      }
      if (!signal.aborted) throw lost.signal.reason;
    } finally {
      await Promise.race([client.end(), sleep(PROBE_TIMEOUT_MS, undefined, { ref: false })]).catch(() => undefined);
    }
  }

  const running = keepListening();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
