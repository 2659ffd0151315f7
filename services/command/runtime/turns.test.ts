import test from 'ava';
import { createTurns } from './turns.js';

/** Resolves when it was called so often. */
function counted(times: number) {
  let calls = 0;
  let reached: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    reached = resolve;
  });
  return {
    calls: () => calls,
    done,
    async turn() {
      calls += 1;
      if (calls === times) reached();
    },
  };
}

test('a turn comes at once, and again without anybody waking it', async (t) => {
  const work = counted(3);
  const turns = createTurns(work.turn, 1);
  turns.start();
  await work.done;
  await turns.stop();
  t.true(work.calls() >= 3);
});

test('whoever wakes without pause does not put the turn off', async (t) => {
  const work = counted(2);
  const turns = createTurns(work.turn, 3_600_000);
  turns.start();
  const waking = setInterval(() => turns.wake(), 1);
  await work.done;
  clearInterval(waking);
  await turns.stop();
  t.pass();
});

test('waking during a turn leads to another turn after it', async (t) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let looked: () => void = () => undefined;
  const looking = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const work = counted(2);
  const turns = createTurns(async () => {
    looked();
    await held;
    await work.turn();
  }, 3_600_000);
  turns.start();
  await looking;
  turns.wake();
  release();
  await work.done;
  await turns.stop();
  t.is(work.calls(), 2);
});

test('a stop waits for the turn under way, and none comes after it', async (t) => {
  const work = counted(1);
  let ended = false;
  const turns = createTurns(async () => {
    await work.turn();
    await new Promise((resolve) => setImmediate(resolve));
    ended = true;
  }, 1);
  turns.start();
  await work.done;
  await turns.stop();
  t.true(ended);
  turns.wake();
  t.is(work.calls(), 1);
});
