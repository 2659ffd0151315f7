import test from 'ava';
import { createInbox } from './inbox.js';

test('what was put is taken in order, at most so many', async (t) => {
  const inbox = createInbox<number>(10);
  for (const item of [1, 2, 3]) await inbox.put(item);
  t.deepEqual(await inbox.take(2), [1, 2]);
  t.deepEqual(await inbox.take(2), [3]);
});

test('whoever takes waits for the first', async (t) => {
  const inbox = createInbox<number>(10);
  const taken = inbox.take(5);
  await inbox.put(1);
  t.deepEqual(await taken, [1]);
});

test('a full inbox holds up whoever puts, until something is taken', async (t) => {
  const inbox = createInbox<number>(2);
  await inbox.put(1);
  let isPut = false;
  const put = inbox.put(2).then(() => {
    isPut = true;
  });
  await Promise.resolve();
  t.false(isPut);
  await inbox.take(1);
  await put;
  t.true(isPut);
});

test('what is in it when it is closed is still taken, then the error comes', async (t) => {
  const inbox = createInbox<number>(10);
  await inbox.put(1);
  inbox.close(new Error('dropped'));
  t.deepEqual(await inbox.take(5), [1]);
  await t.throwsAsync(inbox.take(5), { message: 'dropped' });
});

test('closed without an error it is empty, and holds nobody up', async (t) => {
  const inbox = createInbox<number>(1);
  const waiting = inbox.put(1);
  inbox.close();
  await waiting;
  t.deepEqual(await inbox.take(5), [1]);
  t.deepEqual(await inbox.take(5), []);
});
