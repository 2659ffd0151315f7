import test from 'ava';
import { createQueues, QueueFull } from './queues.js';

/** A task that ends when it is told to. */
function held() {
  let release: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => done, release };
}

test('tasks of one key run one at a time, in order of arrival; other keys do not wait', async (t) => {
  const queues = createQueues();
  const first = held();
  const seen: string[] = [];
  const runs = [
    queues.run('a', () => first.task().then(() => seen.push('a1'))),
    queues.run('a', async () => seen.push('a2')),
    queues.run('a', async () => seen.push('a3')),
  ];
  await queues.run('b', async () => seen.push('b1'));
  first.release();
  await Promise.all(runs);
  t.deepEqual(seen, ['b1', 'a1', 'a2', 'a3']);
});

test('a task that fails does not stop those behind it', async (t) => {
  const queues = createQueues();
  const failing = queues.run('a', async () => {
    throw new Error('broken');
  });
  const next = queues.run('a', async () => 'done');
  await t.throwsAsync(failing, { message: 'broken' });
  t.is(await next, 'done');
});

test('a queue that is full refuses at once, and takes again when there is room', async (t) => {
  const queues = createQueues({ waitingMax: 2 });
  const first = held();
  const taken = [queues.run('a', first.task), queues.run('a', async () => 2), queues.run('a', async () => 3)];
  await t.throwsAsync(() => queues.run('a', async () => 4), { instanceOf: QueueFull });
  t.is(await queues.run('b', async () => 'other keys go on'), 'other keys go on');
  first.release();
  await Promise.all(taken);
  t.is(await queues.run('a', async () => 5), 5);
});

test('what has waited too long is refused without having run, so whoever waits behind a hung store is told', async (t) => {
  let now = 0;
  const queues = createQueues({ waitMaxMs: 100, nowMs: () => now });
  const hung = held();
  let ran = false;
  const first = queues.run('a', hung.task);
  const late = queues.run('a', async () => {
    ran = true;
  });
  now = 101;
  hung.release();
  await first;
  await t.throwsAsync(late, { instanceOf: QueueFull });
  t.false(ran);
});
