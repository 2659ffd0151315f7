import test from 'ava';
import { readConfig as readCommand } from '../../../services/command/config.js';
import { readConfig as readBridge } from '../../../services/ft-bridge/config.js';
import { readConfig as readProjector } from '../../../services/projector/config.js';
import { readConfig as readQuery } from '../../../services/query/config.js';
import type { Env } from '../../../shared/config/env.js';
import { readSandboxConfig } from '../../sandbox/config.js';
import { readGatewayConfig } from '../../sandbox/gateway/config.js';

// Goal: what a production must not run with (shared/config/production.ts) is refused by every process, not by the one that
// somebody thought of. Method: each is told nothing but that, so what it misses besides is in the same error.

const READERS: { readonly [process: string]: (env: Env) => unknown } = {
  ...{ command: readCommand, projector: readProjector, 'ft-bridge': readBridge, query: readQuery },
  ...{ gateway: readGatewayConfig, sandbox: readSandboxConfig },
};

const UNSAFE = {
  PROVIDER_SECRET: 'sandbox-provider-0123456789abcdef',
  CROUPIER_TOKEN_KEY: 'ab'.repeat(32),
  CROUPIER_PROVIDERS: '[{"id":"mock","secrets":["short"]}]',
  POSTGRES_URL: 'postgres://db/croupier',
  NATS_URL: 'nats://nats',
  EVENTSTORE_URL: 'esdb://store?tls=false',
  FT_BASE_URL: 'http://fast-track.example',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
};
/** The end of each fault, which no schema of a variable says. */
const FAULTS: { readonly [name in keyof typeof UNSAFE]: RegExp } = {
  PROVIDER_SECRET: /PROVIDER_SECRET: holds a secret of the sandbox$/m,
  CROUPIER_TOKEN_KEY: /CROUPIER_TOKEN_KEY: is a weak key; /,
  CROUPIER_PROVIDERS: /CROUPIER_PROVIDERS: has a weak secret; /,
  POSTGRES_URL: /POSTGRES_URL: needs sslmode=verify-full/,
  NATS_URL: /NATS_URL: needs tls:/,
  EVENTSTORE_URL: /EVENTSTORE_URL: needs no tls=false/,
  FT_BASE_URL: /FT_BASE_URL: needs https:/,
  NODE_TLS_REJECT_UNAUTHORIZED: /NODE_TLS_REJECT_UNAUTHORIZED: must not switch/,
};

for (const [name, read] of Object.entries(READERS)) {
  test(`${name} starts with none of it in production, and elsewhere does not mind`, (t) => {
    const { message } = t.throws(() => read({ NODE_ENV: 'production', ...UNSAFE })) ?? { message: '' };
    for (const fault of Object.values(FAULTS)) t.regex(message, fault);
    const elsewhere = t.throws(() => read(UNSAFE)) ?? { message: '' };
    for (const fault of Object.values(FAULTS)) t.notRegex(elsewhere.message, fault);
  });
}
