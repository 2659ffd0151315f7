import { type Platform, startPlatform } from '../../embedded/platform.js';
import { aborted, stopRequest } from '../../embedded/stop-request.js';
import { playDemo } from '../../sandbox/demo/play.js';
import { runSuite, type Servers } from '../run-suite.js';
import { imagesOf } from './images.js';
import { NoEngine, requireEngine, startServers } from './servers.js';

/**
 * The test files that use the servers they are given: contract suites, what reads and writes Postgres and JetStream, and
 * the services together. Not those that kill, stop or restart a server (they start embedded ones of their own, whatever is
 * given), and not those that use none: `npm test` has run these, and a container changes nothing about them.
 */
const FILES = [
  'infra/embedded/event-store/event-store.test.ts',
  'infra/embedded/event-store/server-contract.test.ts',
  'services/projector/tests/*.test.ts',
  'services/ft-bridge/tests/*.test.ts',
  'services/query/tests/*.test.ts',
  'services/command/tests/{contention,read-model,supervision,timers}.test.ts',
  'infra/testing/{migrations,personal-data,read-before-notify,rolling-upgrade,trace}/*.test.ts',
];

/** `npm run test:containers`: the demo, then the integration suite, each on containers of its own. Arguments are test files. */
async function main(args: readonly string[]): Promise<number> {
  const stop = stopRequest();
  const images = imagesOf(process.env);
  await requireEngine();
  print(`On containers of ${Object.values(images).join(', ')}.`);
  if (args.length === 0 && !(await playOn(await startServers(images), stop))) return 1;
  if (stop.aborted) return 1;
  return await runSuite(args.length === 0 ? FILES : args, stop, () => startServers(images));
}

/** A platform whose three addresses are those of the containers, and nothing else is different. */
async function playOn(servers: Servers, stop: AbortSignal): Promise<boolean> {
  let platform: Platform | undefined;
  try {
    const { eventStoreUrl, natsUrl, postgresUrl } = servers;
    const env = { EVENTSTORE_URL: eventStoreUrl, NATS_URL: natsUrl, POSTGRES_URL: postgresUrl };
    platform = await startPlatform({ portBase: 0, signal: stop, env });
    const played = await Promise.race([playDemo(platform.ready, print), aborted(stop).then(() => ({ ok: false }))]);
    return played.ok;
  } finally {
    await platform?.stop();
    await servers.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof NoEngine) print(error.message);
    else console.error(error);
    process.exit(1);
  },
);
