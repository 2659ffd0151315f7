import type { ConnectionOptions } from 'nats';

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_WAIT_MS = 100;
const RECONNECT_JITTER_MS = 100;
const PING_INTERVAL_MS = 5_000;
const PINGS_UNANSWERED_MAX = 2;

/**
 * Options for a connection that resumes by itself, for ever. `url` may name several servers, comma-separated;
 * user and password are taken from the first (the client itself ignores them).
 */
export function natsOptions(url: string, name: string): ConnectionOptions {
  const servers = url.split(',').map((server) => new URL(server.trim()));
  const { username, password } = servers[0] ?? { username: '', password: '' };
  return {
    name,
    servers: servers.map((server) => `${server.hostname}:${server.port === '' ? '4222' : server.port}`),
    ...(username === '' ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(servers[0]?.protocol === 'tls:' ? { tls: {} } : {}),
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_UNANSWERED_MAX,
  };
}
