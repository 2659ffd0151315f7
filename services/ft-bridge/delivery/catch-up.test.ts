import test from 'ava';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';
import { createCatchUp } from './catch-up.js';

/** A reading whose end the test decides. */
function openReadings() {
  const readings: { end(): void; fail(): void }[] = [];
  const stopping = new AbortController();
  const catchUp = createCatchUp({
    read: () =>
      new Promise<void>((resolve, reject) => {
        readings.push({ end: resolve, fail: () => reject(new Error('away')) });
      }),
    ...{ backoff: () => 0, signal: stopping.signal, logger },
  });
  return { catchUp, readings, stop: () => stopping.abort() };
}

test('who asks while a reading runs gets a later one, together with all who asked meanwhile', async (t) => {
  const { catchUp, readings } = openReadings();
  const first = catchUp();
  let isSecondOver = false;
  const second = catchUp().then(() => {
    isSecondOver = true;
  });
  const third = catchUp();
  readings[0]?.end();
  await first;
  t.false(isSecondOver, 'what was missed after the first reading had begun may not be in it');
  await new Promise(setImmediate);
  readings[1]?.end();
  await Promise.all([second, third]);
  t.is(readings.length, 2);
});

test('a reading that fails is tried again, until we stop', async (t) => {
  const { catchUp, readings, stop } = openReadings();
  const asked = catchUp();
  readings[0]?.fail();
  while (readings.length < 2) await new Promise(setImmediate);
  stop();
  readings[1]?.fail();
  await asked;
  t.is(readings.length, 2);
});
