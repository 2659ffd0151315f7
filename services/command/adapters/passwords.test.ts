import test from 'ava';
import { QueueFull } from '../runtime/queues.js';
import { hashPassword, isPassword } from './passwords.js';

test('a password is its own, and no other, nor that of nobody', async (t) => {
  const credential = await hashPassword('correct horse');
  t.true(await isPassword('correct horse', credential));
  t.false(await isPassword('correct house', credential));
  t.false(await isPassword('correct horse', undefined));
});

test('a flood of log-ins is answered in part, and the rest told to come back', async (t) => {
  // Once this is answered, nothing is being hashed.
  await isPassword('x', undefined);
  const cheap = { ...(await hashPassword('x')), cost: 16, blockSize: 8, parallelization: 1 };
  const answers = await Promise.allSettled(Array.from({ length: 200 }, () => isPassword('x', cheap)));
  const refused = answers.filter(({ status }) => status === 'rejected');
  // One that is over may still stand in its line for a turn.
  t.true(refused.length >= 98 && refused.length <= 100, `${refused.length} of 200 were refused`);
  for (const answer of refused) t.true(answer.status === 'rejected' && answer.reason instanceof QueueFull);
});
