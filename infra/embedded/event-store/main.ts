import { z } from 'zod';
import { startEventStoreServer } from './server.js';

const env = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535),
    EVENT_STORE_DATA_DIR: z.string().min(1),
    /** Set, only the user `admin` with this password may read `$all`, scavenge and pass a stream's `$acl`. */
    EVENT_STORE_ADMIN_PASSWORD: z.string().min(1).optional(),
    CROUPIER_SUPERVISED: z.enum(['0', '1']).default('0'),
  })
  .parse(process.env);

const EXIT_TIMEOUT_MS = 10_000;

// Signals are listened to before anything is started: one may come at any moment.
process.once('SIGTERM', stop);
if (env.CROUPIER_SUPERVISED === '1') {
  // Ctrl-C is the supervisor's to hear. Its end closes our stdin, however it ended.
  process.on('SIGINT', () => undefined);
  process.stdin.resume();
  process.stdin.once('end', stop);
  process.stdin.once('error', stop);
} else {
  process.once('SIGINT', stop);
}

const starting = startEventStoreServer({
  dataDir: env.EVENT_STORE_DATA_DIR,
  host: env.HOST,
  port: env.PORT,
  adminPassword: env.EVENT_STORE_ADMIN_PASSWORD,
  onFailure(error) {
    // What reached the disk is unknown: only a fresh start, from what is really there, may answer again.
    console.error('the event store could not commit and ends', error);
    process.exit(1);
  },
});
const { url } = await starting;
console.log(`event store listens on ${url}`);

function stop(): void {
  setTimeout(() => process.exit(1), EXIT_TIMEOUT_MS).unref();
  starting
    .then((server) => server.stop())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('the event store did not stop cleanly', error);
        process.exit(1);
      },
    );
}
