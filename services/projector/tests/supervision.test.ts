import test from 'ava';
import { startTcpProxy } from '../../../infra/testing/tcp-proxy.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { eventually, openGround } from './ground.js';

// Goal: each connection of the projector drops or goes silent while events come; it says so, keeps what it has, goes on by
// itself, and nothing is lost or doubled. Method: a proxy before the one server, and events written around it.

const CONNECTIONS = [
  { part: 'eventStore', url: 'eventStoreUrl' },
  { part: 'postgres', url: 'postgresUrl' },
  { part: 'nats', url: 'natsUrl' },
] as const;

const player = (number: number) => String(number) as PlayerId;

for (const { part, url } of CONNECTIONS) {
  for (const fault of ['cut', 'stall'] as const) {
    test.serial(`${part}, ${fault}: unready, then all goes on`, async (t) => {
      const ground = await openGround(t);
      const proxy = await startTcpProxy(ground.config[url]);
      t.teardown(proxy.stop);
      const projector = await ground.start({ [url]: proxy.url });
      const missing = async () => {
        const answer = await fetch(`${projector.url}/health/ready`);
        return ((await answer.json()) as { missing?: string[] }).missing ?? [];
      };
      const isReady = async () => (await missing()).length === 0;
      const published = async () => (await ground.published()).length;

      await eventually('ready', isReady);
      await ground.scribe.write(playerLife(player(1)));
      await eventually(
        'the first life is published',
        async () => (await published()) === (await ground.recorded()).length,
      );
      const before = await published();
      proxy[fault]();
      await ground.scribe.write(playerLife(player(2)));
      await eventually('it says so', async () => (await missing()).some((line) => line.startsWith(part)));
      t.is(await published(), before, 'what it cannot know or write, nobody hears');
      proxy.restore();
      await ground.scribe.write(playerLife(player(3)));
      const recorded = await ground.recorded();
      await eventually('all is published', async () => (await published()) >= recorded.length);
      t.deepEqual(await ground.published(), recorded);
      await eventually('ready again', isReady);
    });
  }

  test.serial(`${part} hangs: told to stop, it stops all the same`, async (t) => {
    const ground = await openGround(t);
    const proxy = await startTcpProxy(ground.config[url]);
    t.teardown(proxy.stop);
    const { projector, url: own } = await ground.start({ [url]: proxy.url });
    await eventually('ready', async () => (await fetch(`${own}/health/ready`)).status === 200);
    proxy.stall();
    await ground.scribe.write(playerLife(player(1)));
    const beganAt = performance.now();
    const stopped = projector.stop();
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 10_000).unref());
    t.is(await Promise.race([stopped, late]), undefined);
    t.log(`${Math.round(performance.now() - beganAt)} ms`);
    proxy.restore();
  });
}
