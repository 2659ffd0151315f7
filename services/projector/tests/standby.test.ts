import { once } from 'node:events';
import test from 'ava';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { eventually, type Ground, openGround } from './ground.js';

// Goal: of two projectors one works, and when it dies, hangs or leaves the other goes on within seconds, without a hole
// and without a double. Method: real processes; what JetStream holds is compared with what the event store holds.

type Running = Awaited<ReturnType<Ground['run']>>;
type Served = Pick<Running, 'url'>;

async function readiness({ url }: Served): Promise<{ readonly status: number; readonly role: unknown }> {
  const answer = await fetch(`${url}/health/ready`);
  const { role } = (await answer.json()) as { role?: unknown };
  return { status: answer.status, role };
}

async function plays(running: Served, role: 'active' | 'standby'): Promise<void> {
  await eventually(`it is ready as ${role}`, async () => {
    const now = await readiness(running);
    return now.status === 200 && now.role === role;
  });
}

/** Both are ready. (On a machine that is busy enough the lease may change hands at any moment: no test is to mind.) */
async function twoOn(ground: Ground): Promise<{ readonly active: Running; readonly standby: Running }> {
  const [one, other] = [await ground.run(), await ground.run()];
  for (;;) {
    const [ofOne, ofOther] = [await readiness(one), await readiness(other)];
    if (ofOne.status === 200 && ofOther.status === 200) {
      if (ofOne.role === 'active' && ofOther.role === 'standby') return { active: one, standby: other };
      if (ofOther.role === 'active' && ofOne.role === 'standby') return { active: other, standby: one };
    }
  }
}

let players = 0;

/** A life is lived, and known to be published. Answers how long that took. */
async function lifeIsPublished(ground: Ground): Promise<number> {
  const beganAt = performance.now();
  players += 1;
  await ground.scribe.write(playerLife(String(players) as PlayerId));
  const { length } = await ground.recorded();
  await eventually('all is published', async () => (await ground.published()).length >= length);
  return Math.round(performance.now() - beganAt);
}

test.serial('a standby is ready and does nothing', async (t) => {
  const ground = await openGround(t);
  const lease = { take: async () => undefined, renew: async () => false, release: async () => undefined };
  const standby = await ground.start({}, { lease });
  await plays(standby, 'standby');
  await ground.start();
  await lifeIsPublished(ground);
  await plays(standby, 'standby');
  const metrics = await (await fetch(`${standby.url}/metrics`)).text();
  t.regex(metrics, /croupier_projector_active\S* 0\n/);
  t.regex(metrics, /croupier_projector_projected_events_total\S* 0\n/);
  t.regex(metrics, /croupier_projector_published_events_total\S* 0\n/);
});

test.serial('when the active one is killed, the standby takes over', async (t) => {
  const ground = await openGround(t);
  const { active, standby } = await twoOn(ground);
  await lifeIsPublished(ground);
  active.child.kill('SIGKILL');
  t.log(`published ${await lifeIsPublished(ground)} ms after the kill`);
  await plays(standby, 'active');
  t.regex(await (await fetch(`${standby.url}/metrics`)).text(), /croupier_projector_active\S* 1\n/);
  t.deepEqual(await ground.published(), await ground.recorded());
});

test.serial(
  'paused under load, it is overtaken; awake again, it is refused, stands by and repeats nothing',
  async (t) => {
    const ground = await openGround(t);
    const { active, standby } = await twoOn(ground);
    const writing = (async () => {
      for (let number = 1_001; number <= 1_060; number += 1)
        await ground.scribe.write(playerLife(String(number) as PlayerId));
    })();
    await eventually('some were published', async () => (await ground.published()).length > 100);
    // In the middle of whatever it does: a transaction, say, that holds the checkpoint.
    active.child.kill('SIGSTOP');
    t.teardown(() => active.child.kill('SIGCONT'));
    const pausedAt = performance.now();
    const before = (await ground.published()).length;
    await plays(standby, 'active');
    await eventually('it publishes', async () => (await ground.published()).length > before);
    t.log(`published ${Math.round(performance.now() - pausedAt)} ms after the pause`);
    active.child.kill('SIGCONT');
    await plays(active, 'standby');
    await writing;
    await lifeIsPublished(ground);
    t.deepEqual(await ground.published(), await ground.recorded());
  },
);

test.serial('one that is told to stop makes way at once and exits with 0', async (t) => {
  const ground = await openGround(t);
  const { active, standby } = await twoOn(ground);
  await lifeIsPublished(ground);
  active.child.kill('SIGTERM');
  const exit = once(active.child, 'exit');
  t.log(`published ${await lifeIsPublished(ground)} ms after it was told`);
  await plays(standby, 'active');
  t.deepEqual(await exit, [0, null]);
  t.deepEqual(await ground.published(), await ground.recorded());
});
