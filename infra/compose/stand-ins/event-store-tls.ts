import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { z } from 'zod';
import { runService } from '../../../shared/http/run-service.js';
import { createLogger } from '../../../shared/telemetry/log.js';
import { startEventStoreServer } from '../../embedded/event-store/server.js';

/**
 * The embedded event store as EventStoreDB's image shows itself: gRPC over TLS, and `/health/live` over HTTP/1.1 on the
 * same port. It has no TLS of its own, so it listens inside the container only, and this goes before it.
 */
const env = z
  .object({
    PORT: z.coerce.number().int(),
    EVENT_STORE_DATA_DIR: z.string().min(1),
    EVENT_STORE_ADMIN_PASSWORD: z.string().min(1),
    EVENTSTORE_CERTIFICATE_FILE: z.string().min(1),
    EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE: z.string().min(1),
  })
  .parse(process.env);

const logger = createLogger('event-store-stand-in');

await runService(logger, async () => {
  const store = await startEventStoreServer({
    dataDir: env.EVENT_STORE_DATA_DIR,
    host: '127.0.0.1',
    port: 0,
    adminPassword: env.EVENT_STORE_ADMIN_PASSWORD,
    onFailure(error) {
      logger.fatal({ err: error }, 'the event store could not commit and ends');
      process.exit(1);
    },
  });
  const health = createServer((request, response) => {
    response.statusCode = request.url === '/health/live' ? 204 : 404;
    response.end();
  });
  const front = createTlsServer(
    {
      cert: readFileSync(env.EVENTSTORE_CERTIFICATE_FILE),
      key: readFileSync(env.EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE),
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    (socket) => {
      if (socket.alpnProtocol !== 'h2') {
        health.emit('connection', socket);
        return;
      }
      const behind = connect(store.port, '127.0.0.1');
      // Who is left at one end learns of it at the other.
      socket.on('error', () => behind.destroy()).on('close', () => behind.destroy());
      behind.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    },
  );
  front.listen(env.PORT, '0.0.0.0');
  logger.info({ port: env.PORT }, 'the event store listens');
  return {
    async stop() {
      front.close();
      await store.stop();
    },
  };
});
