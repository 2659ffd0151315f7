import type { AddressInfo, Socket } from 'node:net';
import type Router from '@koa/router';
import Koa from 'koa';
import type { Registry } from 'prom-client';
import type { Logger } from '../telemetry/log.js';
import type { Tracer } from '../telemetry/tracing.js';
import { health, observe, type Readiness, refuseOddUrls, refuseTheRest, renderProblems } from './middleware.js';
import type { DocumentInfo } from './openapi/document.js';
import { documentRoutes } from './openapi/document-routes.js';
import { serviceDocument } from './openapi/service-document.js';
import { answerProtocolErrors } from './protocol-errors.js';
import { isDeclared, type Routes } from './routes.js';
import { createWebServer, type TlsFiles } from './tls.js';

export type HttpServerOptions = {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly tracer?: Tracer;
  readonly routers: readonly (Router | Routes)[];
  /** What it is called in the document that it serves of its routes; without it, it serves none. */
  readonly document?: DocumentInfo;
  readonly readiness: Readiness;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Undefined: HTTP, without TLS. */
  readonly tls?: TlsFiles | undefined;
  /** How long a client may take to send a request, headers and body. */
  readonly requestTimeoutMs?: number;
  /** How long a stop waits for requests in flight. */
  readonly drainTimeoutMs?: number;
};

export type HttpServer = { readonly url: string; stop(): Promise<void> };

/** The last: in the middle of an answer that is a stream. */
const CLIENT_GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const REQUEST_TIMEOUT_MS = 20_000;
/** How often Node looks for requests that take too long. */
const TIMEOUT_CHECKS = 4;
const DRAIN_TIMEOUT_MS = 5_000;

/** Serves the routers with what every process has: problem answers, correlation ids, health, metrics. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { logger, requestTimeoutMs = REQUEST_TIMEOUT_MS, drainTimeoutMs = DRAIN_TIMEOUT_MS } = options;
  const routers = options.routers.map((group) => (isDeclared(group) ? group.router : group));
  if (options.document !== undefined) {
    const document = serviceDocument(options.document, options.routers);
    routers.push(documentRoutes(() => document));
  }
  const app = new Koa();
  // In the place of Koa's own handler, which prints to stderr.
  app.on('error', (error: NodeJS.ErrnoException) => {
    const isClientGone = CLIENT_GONE.has(error.code ?? '');
    logger[isClientGone ? 'debug' : 'error']({ err: error }, 'an answer could not be sent');
  });
  app.use(observe(options, () => stopping !== undefined));
  app.use(renderProblems(logger));
  app.use(refuseOddUrls);
  app.use(health(options));
  for (const router of routers) app.use(router.routes());
  app.use(refuseTheRest(routers));

  const handle = app.callback();
  const settings = {
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: requestTimeoutMs / TIMEOUT_CHECKS,
    // Longer than any client of ours keeps an idle socket: the client closes first, so no request meets a closing socket.
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Ours to refuse, with a body.
    requireHostHeader: false,
  };
  const server = createWebServer(settings, options.tls);
  server.on('request', handle);
  // An expectation that we do not know is ignored (RFC 9110, 10.1.1), rather than answered by Node without a body.
  server.on('checkExpectation', handle);
  answerProtocolErrors(server);
  const sockets = openSockets();
  server.on('connection', sockets.note);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;

  let stopping: Promise<void> | undefined;
  // A connection whose answer is out would else be kept for its next request.
  server.on('request', ({ socket }, response) => {
    response.once('close', () => {
      if (stopping !== undefined) socket.end();
    });
  });
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${options.host}:${port}`,
    stop() {
      stopping ??= new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
        sockets.closeSilent();
      });
      return stopping;
    },
  };
}

/** Node counts a connection that never said anything as busy; a stop need not wait for it. */
function openSockets() {
  const open = new Set<Socket>();
  return {
    note(socket: Socket): void {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    },
    closeSilent(): void {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
