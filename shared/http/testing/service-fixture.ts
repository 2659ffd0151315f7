import { createLogger } from '../../telemetry/log.js';
import { runService, type Service } from '../run-service.js';

// A process that a test runs: it does what its argument names and says on stdout how far it got.

const STOP_TIMEOUT_MS = 300;

const say = (word: string) => void process.stdout.write(`${word}\n`);
const never = () => new Promise<never>(() => undefined);
/** As a server does, this keeps the process alive; and should the test die, it ends it. */
const keptAlive = setTimeout(() => process.exit(99), 120_000);

async function stop(): Promise<void> {
  say('stopping');
  await new Promise((resolve) => setImmediate(resolve));
  clearTimeout(keptAlive);
  say('stopped');
}

const starts: { readonly [what: string]: () => Promise<Service> } = {
  async serves() {
    say('started');
    return { stop };
  },
  async fails() {
    throw new Error('no database at db:5432', { cause: new Error('connection refused') });
  },
  failsAtOnce() {
    throw new Error('the configuration is not usable');
  },
  hangsStarting() {
    say('started');
    return never();
  },
  async hangsStopping() {
    say('started');
    return { stop: never };
  },
  async failsStopping() {
    say('started');
    return { stop: () => Promise.reject(new Error('cannot flush')) };
  },
};

const start = starts[process.argv[2] ?? ''];
if (start === undefined) throw new Error(`unknown: ${process.argv[2]}`);
await runService(createLogger('fixture'), start, STOP_TIMEOUT_MS);
