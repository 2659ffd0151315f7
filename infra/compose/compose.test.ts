import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Router from '@koa/router';
import test from 'ava';
import { readConfig as readCommand } from '../../services/command/config.js';
import { readConfig as readBridge } from '../../services/ft-bridge/config.js';
import { readConfig as readProjector } from '../../services/projector/config.js';
import { readConfig as readQuery } from '../../services/query/config.js';
import type { Env } from '../../shared/config/env.js';
import { startHttpServer } from '../../shared/http/server.js';
import { silentLogger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { readSandboxConfig } from '../sandbox/config.js';
import { readGatewayConfig } from '../sandbox/gateway/config.js';
import {
  COMPOSE_FILES,
  type ComposeService,
  composeNetwork,
  composeServices,
  composeText,
  filledIn,
} from './testing/compose-file.js';
import { prepare } from './testing/prepared.js';

const single = composeServices('compose.yaml');
const cluster = composeServices('compose.cluster.yaml');

/** The services of ours, by what reads the environment of each. */
const OURS: { readonly [name: string]: (env: Env) => unknown } = {
  command: readCommand,
  projector: readProjector,
  'ft-bridge': readBridge,
  query: readQuery,
  gateway: readGatewayConfig,
  sandbox: readSandboxConfig,
};
/** Node's own, and OpenTelemetry's, which `createTracer` reads. */
const NOT_OURS = new Set(['NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_ENDPOINT']);
const SERVERS = ['event-store', 'nats', 'postgres'];
/** Everybody's hardening, but for what gives the volumes to their users, and ends. */
const RUNNING = [single, cluster].flatMap((services) =>
  Object.entries(services).filter(([name, { image }]) => name !== 'volumes' && image !== undefined),
);

function serviceOf(name: string): ComposeService {
  const found = single[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

/** A service's environment as its container gets it. */
async function environmentOf(name: string, overlay: ComposeService = {}): Promise<Record<string, string>> {
  const { env } = await prepare();
  const written = { ...serviceOf(name).environment, ...overlay.environment };
  return Object.fromEntries(Object.entries(written).map(([variable, text]) => [variable, filledIn(text, env)]));
}

/** The variables that a config reader asks for. */
function variablesOf(read: (env: Env) => unknown, env: Env): ReadonlySet<string> {
  const asked = new Set<string>();
  const watched = new Proxy(env, {
    get(target, name) {
      asked.add(String(name));
      return target[String(name)];
    },
  });
  read(watched);
  return asked;
}

test('each part of the design is a service, and has what it needs to be well', (t) => {
  t.deepEqual(Object.keys(single).sort(), ['volumes', ...SERVERS, ...Object.keys(OURS)].sort());
  t.deepEqual(serviceOf('sandbox').profiles, ['sandbox']);
  for (const [name, service] of RUNNING) {
    t.true(service.read_only, `${name} writes into its image`);
    t.deepEqual(service.cap_drop, ['ALL'], name);
    t.is(service.cap_add, undefined, name);
    t.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    t.regex(service.user ?? '', /^\$\{CROUPIER_UID:\?.*\}:\$\{CROUPIER_GID:\?\}$/, name);
    for (const limit of [service.mem_limit, service.cpus, service.pids_limit]) t.not(limit, undefined, name);
    t.not(service.healthcheck, undefined, `${name} has no health check`);
  }
});

test('nothing but the gateway is reached from other machines', (t) => {
  for (const [name, { ports = [] }] of Object.entries(single)) {
    for (const port of ports) if (name !== 'gateway') t.regex(port, /^127\.0\.0\.1:/, `${name} ${port}`);
  }
  for (const [name, { ports }] of Object.entries(cluster)) t.is(ports, undefined, name);
});

test('command and query believe the gateway about whom it calls for, and no address that another part could get', (t) => {
  const { subnet, ip_range: others } = composeNetwork();
  const gateway = serviceOf('gateway').networks?.default.ipv4_address ?? '';
  for (const name of ['command', 'query'])
    t.is(serviceOf(name).environment?.CROUPIER_TRUSTED_PROXIES, `["${gateway}"]`, name);
  t.is(gateway, subnet.replace(/0\/24$/, '10'));
  t.is(others, subnet.replace(/0\/24$/, '128/25'), 'the gateway is below what is given to others');
});

test('the cluster has three nodes of each store, a replica, and two of each service', (t) => {
  for (const name of ['command', 'projector', 'ft-bridge', 'query']) t.is(cluster[name]?.scale, 2, name);
  const added = Object.keys(cluster).filter((name) => single[name] === undefined);
  t.deepEqual(added.sort(), ['event-store-2', 'event-store-3', 'nats-2', 'nats-3', 'postgres-replica']);
  for (const node of ['event-store-2', 'event-store-3', 'nats-2', 'nats-3', 'postgres-replica']) {
    const one = serviceOf(node.replace(/-(2|3|replica)$/, ''));
    const two = cluster[node];
    for (const same of ['image', 'mem_limit', 'cpus', 'healthcheck', 'stop_grace_period', 'logging', 'tmpfs'])
      t.deepEqual(two?.[same], one[same], `${node}: ${same}`);
  }
  const nodes = ['event-store', 'event-store-2', 'event-store-3'];
  for (const node of nodes) {
    const { seeds, common } = clusterSettings(node);
    t.deepEqual([node, ...seeds].sort(), nodes, `${node} knows the others`);
    t.deepEqual(common, clusterSettings('event-store').common, node);
  }
});

/** Whom a node of the event store asks for the others, and what it has in common with them. */
function clusterSettings(node: string) {
  const { EVENTSTORE_GOSSIP_SEED: seeds = '', ...rest } = {
    ...single[node]?.environment,
    ...cluster[node]?.environment,
  };
  return {
    seeds: seeds.split(',').map((seed) => seed.replace(':2113', '')),
    common: Object.fromEntries(Object.entries(rest).filter(([name]) => !name.endsWith('_ADVERTISE_AS'))),
  };
}

test('every service starts in production with what compose and prepare.sh give it, also in the cluster', async (t) => {
  for (const [name, read] of Object.entries(OURS)) {
    const env = await environmentOf(name);
    t.is(env.NODE_ENV, 'production', name);
    t.is(env.CROUPIER_PLAINTEXT, undefined, name);
    t.notThrows(() => read(env), name);
    const clustered = await environmentOf(name, cluster[name]);
    t.notThrows(() => read(clustered), `${name} in the cluster`);
  }
});

test('every variable that compose gives a service is one that it reads', async (t) => {
  for (const [name, read] of Object.entries(OURS)) {
    const { NODE_ENV: _production, ...env } = await environmentOf(name, cluster[name]);
    const known = variablesOf(read, env);
    for (const variable of Object.keys(env))
      t.true(known.has(variable) || NOT_OURS.has(variable), `${name} does not read ${variable}`);
  }
});

test('a service knows no secret that is not its business', async (t) => {
  const { env } = await prepare();
  const holders = (secret: string) =>
    Object.entries(single)
      .filter(([, service]) => JSON.stringify(service.environment ?? {}).includes(`\${${secret}:?}`))
      .map(([name]) => name)
      .sort();
  t.deepEqual(holders('CROUPIER_EMAIL_KEY'), ['command']);
  t.deepEqual(holders('POSTGRES_PASSWORD'), ['postgres']);
  t.deepEqual(holders('POSTGRES_CROUPIER_PASSWORD'), ['ft-bridge', 'postgres', 'projector']);
  t.deepEqual(holders('POSTGRES_READER_PASSWORD'), ['command', 'postgres', 'query']);
  t.deepEqual(holders('PROVIDER_SECRET'), ['command', 'sandbox']);
  t.deepEqual(holders('OPERATOR_API_KEY'), ['sandbox']);
  t.deepEqual(holders('BACKOFFICE_API_KEY'), []);
  t.true((env.CROUPIER_EMAIL_KEY ?? '').length === 64);
});

test('no secret stands in a file, and none is drawn twice', async (t) => {
  for (const name of COMPOSE_FILES) {
    const text = composeText(name);
    t.notRegex(text, /[0-9a-f]{24,}/i, name);
    for (const [, user, password] of text.matchAll(/:\/\/(\w+):([^@\s]+)@/g))
      t.regex(password ?? '', /^\$\{\w+:\?\}$/, `${name}: the password of ${user}`);
    for (const [line, variable, value] of text.matchAll(/^\s+(\w*(?:PASSWORD|SECRET|_KEY|_KEYS)): (.*)$/gm))
      t.regex(value ?? '', /\$\{\w+:\?\}/, `${name}: ${variable} ${line}`);
  }
  const { env } = await prepare();
  const drawn = Object.values(env).filter((value) => /^n?[0-9a-f]{64}$/.test(value));
  t.true(drawn.length >= 15);
  t.is(new Set(drawn).size, drawn.length);
});

test('every health check of ours asks a route that exists, at the port that the service has', async (t) => {
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: createMetrics('test'), routers: [new Router()], host: '127.0.0.1', port: 0 },
    readiness: () => [],
  });
  t.teardown(server.stop);
  for (const name of Object.keys(OURS)) {
    const [kind, node, script = '', text = ''] = serviceOf(name).healthcheck?.test ?? [];
    t.deepEqual([kind, node], ['CMD', 'node'], name);
    t.true(existsSync(new URL(`../../${script}`, import.meta.url)), script);
    const { protocol, port, pathname } = new URL(text);
    const { PORT, FAST_TRACK_PORT } = serviceOf(name).environment ?? {};
    t.is(protocol, 'https:', name);
    t.is(port, PORT ?? FAST_TRACK_PORT ?? '', name);
    t.is((await fetch(`${server.url}${pathname}`)).status, 200, `${name}: ${pathname}`);
  }
});

test('what a service runs is there, and so is every file that is mounted', (t) => {
  for (const name of Object.keys(OURS)) {
    const [main = ''] = serviceOf(name).command ?? [];
    const source = import.meta.url.endsWith('.js') ? main : main.replace(/\.js$/, '.ts');
    t.true(existsSync(new URL(`../../${source}`, import.meta.url)), main);
  }
  for (const [name, { volumes = [] }] of RUNNING) {
    for (const [from = ''] of volumes.map((volume) => volume.split(':')))
      if (from.startsWith('./')) t.true(existsSync(new URL(from, import.meta.url)), `${name}: ${from}`);
  }
});

test('every part has a certificate of our authority for each name by which it is called, and its key', async (t) => {
  const { folder } = await prepare();
  const certificates = join(folder, 'certificates');
  const authority = new X509Certificate(await readFile(join(certificates, 'authority', 'ca.pem')));
  const calledAs: { readonly [part: string]: readonly string[] } = {
    'event-store': ['event-store', 'event-store-2', 'event-store-3'],
    nats: ['nats', 'nats-2', 'nats-3'],
    postgres: ['postgres', 'postgres-replica'],
    sandbox: ['sandbox', 'psp.localhost'],
  };
  for (const part of [...SERVERS, ...Object.keys(OURS)]) {
    const certificate = new X509Certificate(await readFile(join(certificates, part, 'certificate.pem')));
    t.true(certificate.verify(authority.publicKey), part);
    t.false(certificate.ca, part);
    for (const host of [...(calledAs[part] ?? [part]), 'localhost']) t.is(certificate.checkHost(host), host);
    t.is(certificate.checkHost('elsewhere'), undefined);
    t.is((await stat(join(certificates, part, 'key.pem'))).mode & 0o077, 0, `${part}: others read its key`);
    t.false(existsSync(join(certificates, part, 'authority', 'ca.key')), `${part} has the authority's key`);
  }
  for (const { volumes = [] } of Object.values({ ...single, ...cluster })) {
    for (const volume of volumes.filter((mounted) => mounted.includes('CERTIFICATES')))
      t.regex(volume, /^\$\{CROUPIER_CERTIFICATES:\?\}\/[a-z-]+:\/tls:ro$/, 'the folder of one part, read-only');
  }
});

test('prepare.sh leaves secrets and authority as they are, and renews the certificates', async (t) => {
  const { folder, again } = await prepare();
  const all = ['compose.env', 'certificates/authority/ca.pem', 'certificates/command/certificate.pem'];
  const contents = () => Promise.all(all.map((path) => readFile(join(folder, path), 'utf8')));
  const [secrets, authority, certificate] = await contents();
  const printed = await again();
  const [secretsAfter, authorityAfter, certificateAfter] = await contents();
  t.is(secretsAfter, secrets);
  t.is(authorityAfter, authority);
  t.not(certificateAfter, certificate);
  t.notRegex(printed, /[0-9a-f]{24,}/i, 'a secret was printed');
});

test('docker-compose, where it is installed, takes both', async (t) => {
  const [program, ...words] = (await composeCommand()) ?? [];
  if (program === undefined) return t.pass('there is no docker-compose here');
  const { folder } = await prepare();
  for (const files of [['compose.yaml'], [...COMPOSE_FILES]]) {
    const paths = files.flatMap((name) => ['-f', fileURLToPath(new URL(name, import.meta.url))]);
    const args = ['--env-file', join(folder, 'compose.env'), ...paths, '--profile', 'sandbox', 'config'];
    const { stdout } = await promisify(execFile)(program, [...words, ...args]);
    t.regex(stdout, /esdb:\/\/admin:[0-9a-f]{64}@event-store:2113/, files.join(' '));
  }
});

/** Version 1 or 2 of docker-compose. */
async function composeCommand(): Promise<readonly [string, ...string[]] | undefined> {
  const candidates: readonly (readonly [string, ...string[]])[] = [['docker-compose'], ['docker', 'compose']];
  for (const [program, ...words] of candidates) {
    try {
      await promisify(execFile)(program, [...words, 'version']);
      return [program, ...words];
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
