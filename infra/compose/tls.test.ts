import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import Router from '@koa/router';
import test, { type ExecutionContext } from 'ava';
import { Agent, request } from 'undici';
import { startHttpServer } from '../../shared/http/server.js';
import { type TlsFiles, tlsFiles } from '../../shared/http/tls.js';
import { silentLogger } from '../../shared/telemetry/log.js';
import { createMetrics } from '../../shared/telemetry/metrics.js';
import { nodeCommand } from '../embedded/node-process.js';
import { systemEnv } from '../embedded/system-env.js';
import { until } from '../testing/until.js';
import { prepare } from './testing/prepared.js';

/** The certificate and key of a part, as its container has them. */
async function filesOf(part: string): Promise<TlsFiles & { readonly authority: string }> {
  const folder = join((await prepare()).folder, 'certificates', part);
  return {
    certificate: join(folder, 'certificate.pem'),
    key: join(folder, 'key.pem'),
    authority: join(folder, 'authority', 'ca.pem'),
  };
}

/** A service of ours over TLS: it says who it is, and counts its connections. */
async function secureServer(t: ExecutionContext, part: string) {
  const router = new Router();
  let connections = 0;
  const known = new Set<unknown>();
  router.post('/provider/v1/balance', (ctx) => {
    if (!known.has(ctx.req.socket)) connections += 1;
    known.add(ctx.req.socket);
    ctx.body = { from: part, host: ctx.headers.host };
  });
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: createMetrics('test'), routers: [router], host: 'localhost', port: 0 },
    ...{ readiness: () => [], tls: await filesOf(part) },
  });
  t.teardown(server.stop);
  return { url: server.url, connections: () => connections };
}

/** Who trusts our authority. */
async function trusting(t: ExecutionContext): Promise<Agent> {
  const ca = await readFile((await filesOf('command')).authority);
  const agent = new Agent({ connect: { ca } });
  t.teardown(() => agent.close());
  return agent;
}

test('a server with a certificate is reached over TLS by who trusts its authority, and by nobody else', async (t) => {
  const { url } = await secureServer(t, 'command');
  t.regex(url, /^https:/);
  const answer = await request(`${url}/health/live`, { dispatcher: await trusting(t) });
  t.is(answer.statusCode, 200);
  await answer.body.dump();
  const stranger = await t.throwsAsync(request(`${url}/health/live`));
  t.regex(String(stranger?.message), /certificate/);
  t.regex(await saidTo(url, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'), /^(?!HTTP\/1\.1 200)/);
});

/** What comes back for these bytes, without TLS. */
async function saidTo(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), 'localhost');
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return said;
}

test('over TLS, too, a stop waits neither for an idle connection nor for one that has said nothing', async (t) => {
  const server = await startHttpServer({
    ...{ logger: silentLogger, metrics: createMetrics('test'), routers: [new Router()], host: 'localhost', port: 0 },
    ...{ readiness: () => [], tls: await filesOf('command'), drainTimeoutMs: 600_000 },
  });
  const { port } = new URL(server.url);
  const silent = connect(Number(port), 'localhost').on('error', () => {});
  await once(silent, 'connect');
  const agent = await trusting(t);
  await (await request(`${server.url}/health/live`, { dispatcher: agent })).body.dump();
  await server.stop();
  t.pass();
});

test('one file without the other is no HTTP server', (t) => {
  const message = /TLS_CERTIFICATE_FILE and TLS_KEY_FILE belong together/;
  t.throws(() => tlsFiles({ TLS_CERTIFICATE_FILE: '/tls/certificate.pem' }), { message });
  t.throws(() => tlsFiles({ TLS_KEY_FILE: '/tls/key.pem' }), { message });
  t.is(tlsFiles({}), undefined);
});

test('the gateway reaches services over TLS, whatever host its caller names, on connections that last', async (t) => {
  const command = await secureServer(t, 'command');
  const query = await secureServer(t, 'query');
  const { authority, certificate, key } = await filesOf('gateway');
  const [node, ...args] = nodeCommand('infra/sandbox/gateway/main.ts');
  const gateway = spawn(node, args, {
    env: {
      ...systemEnv(),
      ...{ HOST: 'localhost', PORT: '0', COMMAND_URL: command.url, QUERY_URL: query.url },
      ...{ NODE_EXTRA_CA_CERTS: authority, TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: key },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    if (gateway.exitCode !== null) return;
    gateway.kill('SIGTERM');
    await once(gateway, 'exit');
  });
  let log = '';
  gateway.stdout.on('data', (chunk) => {
    log += String(chunk);
  });
  const url = await until('the gateway listens', () => /"url":"(https:[^"]+)"/.exec(log)?.[1], 60_000);
  const dispatcher = await trusting(t);
  for (const host of ['croupier.example.com', 'localhost', 'croupier.example.com', '127.0.0.1']) {
    const answer = await request(`${url}/provider/v1/balance`, {
      ...{ method: 'POST', dispatcher, headers: { Host: host }, servername: 'localhost' },
    });
    t.deepEqual(await answer.body.json(), { from: 'command', host }, host);
    const ready = await request(`${url}/health/ready`, { dispatcher });
    t.is(ready.statusCode, 200, await ready.body.text());
  }
  t.is(command.connections(), 1, 'each host, or each health check, took a connection of its own');
});
