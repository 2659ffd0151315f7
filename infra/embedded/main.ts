import { parseArgs } from 'node:util';
import { playDemo } from '../sandbox/demo/play.js';
import { watchLogs } from './log-watch.js';
import { type Platform, startPlatform } from './platform.js';
import type { ReadyInfo } from './ready.js';
import { PROCESS_NAMES } from './server-spec.js';
import { aborted, stopRequest } from './stop-request.js';

const DEFAULT_PORT_BASE = 4_000;
const EXIT_TIMEOUT_MS = 10_000;

/** `npm start`: everything on this machine, until it is told to stop. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'no-demo': { type: 'boolean', default: false } } });
  const stop = stopRequest();
  const since = Date.now();
  print('Starting Croupier …');
  const platform = await startPlatform({
    dataDir: process.env.CROUPIER_DATA_DIR || '.data',
    portBase: portBase(process.env.CROUPIER_PORT_BASE),
    env: process.env,
    signal: stop,
    onDeath: (name, how) => print(`${name}: ${how}; restarting it`),
    onRestarted: (name, pid) => print(`${name}: back, as process ${pid}`),
  });
  print(`Everything is up after ${((Date.now() - since) / 1_000).toFixed(1)} s.`);
  printAddresses(platform);
  watchLogs(platform.logs, PROCESS_NAMES, ({ name, count, last }) =>
    print(`${name}: ${count === 1 ? 'an error' : `${count} errors`} in its log, the last: ${last}`),
  );
  if (!values['no-demo']) await Promise.race([demonstrate(platform.ready), aborted(stop)]);
  if (!stop.aborted) print(`READY ${JSON.stringify({ ...platform.ready, pids: platform.pids() })}`);
  await aborted(stop);
  print('Stopping …');
  setTimeout(() => process.exit(1), EXIT_TIMEOUT_MS).unref();
  await platform.stop();
  print('Stopped.');
}

/** A demo that fails ends nothing: the platform it failed on is there to be looked at. */
async function demonstrate(ready: ReadyInfo): Promise<void> {
  try {
    const { ok } = await playDemo(ready, print);
    if (!ok) print('The demo did not come out as it should; the platform stays up.');
  } catch (error) {
    print(`The demo failed: ${messageOf(error)}. The platform stays up.`);
  }
}

function printAddresses({ ready, logs }: Platform): void {
  const rows: [string, string][] = [
    ['gateway', ready.gateway],
    ['casino', ready.casino],
    ['Fast Track staging', ready.fastTrack],
    ['payment provider', ready.psp],
    ['game provider', ready.provider],
    ['command', ready.command],
    ['query', ready.query],
    ['bridge', ready.bridge],
    ['event store', ready.eventStore],
    ['NATS', ready.nats],
    ['Postgres', ready.postgres],
    ['logs', logs.folder],
  ];
  for (const [what, where] of rows) print(`  ${what.padEnd(20)}${where}`);
}

function portBase(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT_BASE;
  const base = Number(text);
  if (!Number.isInteger(base) || base < 0 || base > 65_500) {
    throw new Error(
      `CROUPIER_PORT_BASE is ${JSON.stringify(text)}, which is no port: give a number from 1 to 65500, or 0`,
    );
  }
  return base;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Whoever reads our output may go before us; that ends nothing.
process.stdout.on('error', () => {});
main().catch((error: unknown) => {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  process.stderr.write(`Croupier did not start: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
