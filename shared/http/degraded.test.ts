import test from 'ava';
import { serverInTest } from './testing/server-in-test.js';

test('a process that can do most of its work is ready, and says what it cannot', async (t) => {
  let report = { missing: [] as string[], degraded: ['postgres'] };
  const { url } = await serverInTest(t, { readiness: () => report });
  const ready = await fetch(`${url}/health/ready`);
  t.deepEqual([ready.status, await ready.json()], [200, { status: 'ready', degraded: ['postgres'] }]);
  report = { missing: ['eventStore'], degraded: ['postgres'] };
  const unready = await fetch(`${url}/health/ready`);
  t.is(unready.status, 503);
  t.like(await unready.json(), { code: 'unavailable', missing: ['eventStore'] });
});
