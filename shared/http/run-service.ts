import type { Logger } from '../telemetry/log.js';

const STOP_TIMEOUT_MS = 10_000;

export type Service = { stop(): Promise<void> };

/**
 * The life of a process: start, then stop once on SIGTERM or Ctrl-C; under a supervisor on SIGTERM or when its pipe
 * (our stdin) closes, which even a kill -9 of the supervisor does.
 */
export async function runService(logger: Logger, start: () => Promise<Service>): Promise<void> {
  const supervised = process.env.CROUPIER_SUPERVISED === '1';
  let stopAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    stopAsked = resolve;
  });
  process.on('SIGTERM', stopAsked);
  // Ctrl-C reaches the whole terminal; only the supervisor decides what it means.
  process.on('SIGINT', supervised ? () => undefined : stopAsked);
  if (supervised) {
    process.stdin.on('end', stopAsked);
    process.stdin.on('error', stopAsked);
    process.stdin.resume();
  }
  try {
    const service = await start();
    await asked;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    await service.stop();
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, 'the service could not run');
    process.exit(1);
  }
}
