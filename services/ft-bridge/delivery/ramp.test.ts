import test from 'ava';
import { createRamp } from './ramp.js';

test('all slots may be used until an outage, and a few right after it', (t) => {
  const ramp = createRamp(256);
  t.is(ramp.limit(0), 256);
  ramp.begin(1_000);
  t.is(ramp.limit(1_000), 16);
  t.false(ramp.isOver());
});

test('each success allows one more, which doubles them with each round', (t) => {
  const ramp = createRamp(256);
  ramp.begin(0);
  for (let n = 0; n < 16; n += 1) ramp.succeeded();
  t.is(ramp.limit(1), 32);
  for (let n = 0; n < 224; n += 1) ramp.succeeded();
  t.is(ramp.limit(2), 256);
  t.true(ramp.isOver());
});

test('time alone doubles them too, for what hangs must not hold up the others', (t) => {
  const ramp = createRamp(256);
  ramp.begin(0);
  t.deepEqual(
    [999, 1_000, 2_000, 3_000, 4_000].map((at) => ramp.limit(at)),
    [16, 32, 64, 128, 256],
  );
});

test('where there are fewer slots than it begins with, there is no ramp', (t) => {
  const ramp = createRamp(4);
  ramp.begin(0);
  t.is(ramp.limit(0), 4);
  t.true(ramp.isOver());
});
