import test from 'ava';
import { createLines, type Serve } from './lines.js';
import { createQueues, QueueFull } from './queues.js';

type Served = (waiting: readonly number[]) => Promise<readonly PromiseSettledResult<string>[]>;

/** A line whose first service lasts until it is told to end; how many were served together each time. */
function lineThatIsHeld(serveAfter: Served = async (waiting) => waiting.map(answered), limits = {}) {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const together: number[][] = [];
  const serve: Serve<string, number, string> = async (_, waiting) => {
    together.push([...waiting]);
    if (together.length > 1) return serveAfter(waiting);
    await held;
    return waiting.map(answered);
  };
  return { ...createLines(createQueues(), serve, limits), together, release };
}

function answered(request: number): PromiseFulfilledResult<string> {
  return { status: 'fulfilled', value: `answer ${request}` };
}

test('the first is served at once, and who came meanwhile together, in order of arrival', async (t) => {
  const { join, together, release } = lineThatIsHeld();
  const answers = [1, 2, 3, 4].map((request) => join('a', request));
  t.deepEqual(together, [[1]]);
  release();
  t.deepEqual(await Promise.all(answers), ['answer 1', 'answer 2', 'answer 3', 'answer 4']);
  t.deepEqual(together, [[1], [2, 3, 4]]);
  t.is(await join('a', 5), 'answer 5', 'a line that was empty begins anew');
});

test('who does not go together with the first stays in front of those behind', async (t) => {
  const { join, together, release } = lineThatIsHeld(async ([first]) => [answered(first ?? 0)]);
  const answers = [1, 2, 3].map((request) => join('a', request));
  release();
  t.deepEqual(await Promise.all(answers), ['answer 1', 'answer 2', 'answer 3']);
  t.deepEqual(together, [[1], [2, 3], [3]]);
});

test('never more than fifty at a time', async (t) => {
  const { join, together, release } = lineThatIsHeld();
  const answers = Array.from({ length: 121 }, (_, request) => join('a', request));
  release();
  await Promise.all(answers);
  t.deepEqual(
    together.map(({ length }) => length),
    [1, 50, 50, 20],
  );
});

test('a long line steps aside again and again, for as long as some services took', async (t) => {
  let now = 0;
  const asides: number[] = [];
  const { join, together, release } = lineThatIsHeld(
    async ([first]) => {
      now += 10;
      return [answered(first ?? 0)];
    },
    { nowMs: () => now, stepAside: async (ms: number) => asides.push(ms) },
  );
  const answers = Array.from({ length: 18 }, (_, request) => join('a', request));
  release();
  await Promise.all(answers);
  t.is(together.length, 18);
  t.deepEqual(asides, [25, 30], 'not at the end, when nobody waits');
});

test('a refusal is one request’s; what is thrown is everybody’s, and the next are served', async (t) => {
  const { join, release } = lineThatIsHeld(async (waiting) => {
    if (waiting.includes(3)) throw new Error('broken');
    return waiting.map((request) => (request === 5 ? { status: 'rejected', reason: 'no' } : answered(request)));
  });
  const answers = [1, 2, 3].map((request) => join('a', request));
  release();
  const first = await Promise.allSettled(answers);
  t.deepEqual(
    first.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  t.deepEqual(await Promise.allSettled([join('a', 4), join('a', 5)]), [
    answered(4),
    { status: 'rejected', reason: 'no' },
  ]);
});

test('a line that is full refuses at once, one key alone; who waited too long is not served', async (t) => {
  let now = 0;
  const { join, together, release } = lineThatIsHeld(undefined, { waitingMax: 2, waitMaxMs: 100, nowMs: () => now });
  const first = join('a', 1);
  const late = join('a', 2);
  now = 50;
  const inTime = join('a', 3);
  await t.throwsAsync(join('a', 4), { instanceOf: QueueFull });
  t.is(await join('b', 9), 'answer 9');
  now = 101;
  release();
  t.is(await first, 'answer 1');
  await t.throwsAsync(late, { instanceOf: QueueFull });
  t.is(await inTime, 'answer 3');
  t.deepEqual(together, [[1], [9], [3]]);
});
