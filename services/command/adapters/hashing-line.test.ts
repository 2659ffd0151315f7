import test from 'ava';
import { CallerGone, createHashingLine, HashingBusy } from './hashing-line.js';

/** Tasks that run until they are told to end, in the order in which they began. */
function slowTasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    end: (name: string) => ends.get(name)?.(),
    task: (name: string) => () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    },
  };
}

test('a few run at once, the rest in the order in which they came', async (t) => {
  const line = createHashingLine({ atOnce: 2 });
  const { begun, end, task } = slowTasks();
  const results = ['a', 'b', 'c', 'd'].map((name) => line.run(task(name)));
  t.deepEqual(begun, ['a', 'b']);
  end('b');
  t.is(await results[1], 'b');
  // Who comes at the moment of the handing over does not overtake.
  const late = line.run(task('e'));
  await new Promise(setImmediate);
  t.deepEqual(begun, ['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd', 'e']) {
    end(name);
    await new Promise(setImmediate);
  }
  t.deepEqual(await Promise.all([...results, late]), ['a', 'b', 'c', 'd', 'e']);
  t.deepEqual(begun, ['a', 'b', 'c', 'd', 'e']);
});

test('who comes when too many wait is told so, and not run', async (t) => {
  const line = createHashingLine({ atOnce: 1, waitingMax: 1 });
  const { begun, end, task } = slowTasks();
  const results = [line.run(task('a')), line.run(task('b'))];
  await t.throwsAsync(line.run(task('c')), { instanceOf: HashingBusy });
  end('a');
  await new Promise(setImmediate);
  end('b');
  await Promise.all(results);
  t.deepEqual(begun, ['a', 'b']);
  const after = line.run(task('d'));
  end('d');
  t.is(await after, 'd');
});

test('whoever hangs up while waiting costs nothing, and leaves the place to the next', async (t) => {
  const line = createHashingLine({ atOnce: 1, waitingMax: 2 });
  const { begun, end, task } = slowTasks();
  const first = line.run(task('a'));
  const gone = new AbortController();
  const abandoned = [line.run(task('b'), gone.signal), line.run(task('c'), gone.signal)];
  const refused = abandoned.map((result) => t.throwsAsync(result, { instanceOf: CallerGone }));
  gone.abort();
  await Promise.all(refused);
  const next = line.run(task('d'));
  end('a');
  await first;
  await new Promise(setImmediate);
  end('d');
  t.is(await next, 'd');
  await t.throwsAsync(line.run(task('e'), gone.signal), { instanceOf: CallerGone });
  t.deepEqual(begun, ['a', 'd']);
});

test('a task that fails hands over too', async (t) => {
  const line = createHashingLine({ atOnce: 1 });
  const failing = line.run(() => Promise.reject(new Error('no')));
  const next = line.run(async () => 'next');
  await t.throwsAsync(failing, { message: 'no' });
  t.is(await next, 'next');
});
