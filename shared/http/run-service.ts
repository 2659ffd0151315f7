import type { Logger } from '../telemetry/log.js';

const STOP_TIMEOUT_MS = 10_000;

export type Service = { stop(): Promise<void> };

/**
 * The life of a process: start, then stop once on SIGTERM or Ctrl-C; under a supervisor on SIGTERM or when its pipe
 * (our stdin) closes, which even a kill -9 of the supervisor does. Whatever hangs, it ends `stopTimeoutMs` later.
 */
export async function runService(
  logger: Logger,
  start: () => Promise<Service>,
  stopTimeoutMs = STOP_TIMEOUT_MS,
): Promise<void> {
  try {
    const asked = whenAskedToStop();
    // From the asking on, not from when it has started: a start that waits for a server must not outlive its supervisor.
    void asked.then(() => setTimeout(() => process.exit(1), stopTimeoutMs).unref());
    const service = await start();
    await asked;
    await service.stop();
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, 'the service could not run');
    process.exit(1);
  }
}

function whenAskedToStop(): Promise<void> {
  const supervised = process.env.CROUPIER_SUPERVISED === '1';
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve());
    // Ctrl-C reaches the whole terminal; only the supervisor decides what it means.
    process.on('SIGINT', supervised ? () => undefined : () => resolve());
    if (!supervised) return;
    process.stdin.on('end', resolve);
    process.stdin.on('error', () => resolve());
    process.stdin.resume();
  });
}
