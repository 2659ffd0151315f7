import test from 'ava';
import { startTcpProxy, type TcpProxy } from '../../../infra/testing/tcp-proxy.js';
import { until } from '../../../infra/testing/until.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { OPERATOR_KEY, onceThere, openGround } from './ground.js';

// Goal: Postgres drops or goes silent; query says so, answers 503 meanwhile, and answers again by itself.

const JANE = '12345' as PlayerId;

for (const fault of ['cut', 'stall'] as const) {
  test.serial(`Postgres, ${fault}: unready and 503, then all is answered again`, async (t) => {
    const proxies: TcpProxy[] = [];
    const ground = await openGround(t, {}, async (url) => {
      const proxy = await startTcpProxy(url);
      t.teardown(proxy.stop);
      proxies.push(proxy);
      return proxy.url;
    });
    const [proxy] = proxies;
    if (proxy === undefined) throw new Error('query has its way to Postgres');
    const ask = () => ground.get(`/operator/consents/${JANE}`, { 'X-Api-Key': OPERATOR_KEY });
    await ground.scribe.write(playerLife(JANE));
    ground.startProjector();
    const before = await until(
      'she is there',
      async () => {
        const answer = await onceThere(ask);
        return answer.status === 200 && answer;
      },
      60_000,
    );
    proxy[fault]();
    const asked = ask();
    const ready = await ground.get('/health/ready');
    t.is(ready.status, 503);
    t.regex(ready.body.missing.join(), /^read models: /);
    if (fault === 'cut') t.is((await asked).status, 503);
    proxy.restore();
    // What hung goes on where it was: late, and right.
    if (fault === 'stall') t.deepEqual((await asked).body, before.body);
    await until('ready again', async () => (await ground.get('/health/ready')).status === 200);
    t.like(await ask(), { status: 200, body: before.body });
  });
}
