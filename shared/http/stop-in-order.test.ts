import test from 'ava';
import { silentLogger } from '../telemetry/log.js';
import { stopInOrder } from './stop-in-order.js';

test('each part is ended after the one before it; who fails or hangs is left behind', async (t) => {
  const log: string[] = [];
  const part = (name: string, stop: () => Promise<unknown> | undefined) => ({
    ...{ part: name, withinMs: 20 },
    stop() {
      log.push(name);
      return stop();
    },
  });
  await stopInOrder(silentLogger, [
    part('slow', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.push('slow has ended');
    }),
    part('never started', () => undefined),
    part('hangs', () => new Promise(() => undefined)),
    part('fails', () => Promise.reject(new Error('no'))),
    part('last', async () => undefined),
  ]);
  t.deepEqual(log, ['slow', 'slow has ended', 'never started', 'hangs', 'fails', 'last']);
});
