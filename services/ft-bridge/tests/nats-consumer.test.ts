import test, { type ExecutionContext } from 'ava';
import { connect } from 'nats';
import { type Stack, startStack } from '../../../infra/embedded/stack.js';
import { until } from '../../../infra/testing/until.js';
import { messageOf, takeCount, testConsumer } from '../../../shared/bus/bus-consumer.contract.js';
import { type BusMessage, STREAM_NAME } from '../../../shared/bus/messages.js';
import { natsOptions } from '../../../shared/bus/nats-connection.js';
import { createNatsConsumer } from '../../../shared/bus/nats-consumer.js';
import { createNatsPublisher } from '../../../shared/bus/nats-publisher.js';
import { silentLogger as logger } from '../../../shared/telemetry/log.js';

const DURABLE = 'test';

testConsumer(test.serial, 'NATS', async (t) => {
  const { publish, natsUrl } = await openNats(t);
  await publish([]);
  return { consumer: consume(t, natsUrl), publish, passAckWait: async () => undefined };
});

test.serial('NATS: the consumer waits for a stream that is not there yet', async (t) => {
  const { publish, natsUrl } = await openNats(t);
  const consumer = consume(t, natsUrl);
  await until('the consumer says what it misses', () => consumer.missing()?.includes('stream not found'));
  await publish([messageOf(1)]);
  t.is((await takeCount(consumer, 1))[0]?.subject, 'player.7.1');
  t.is(consumer.missing(), undefined);
});

test.serial('NATS: a consumer that was deleted is made again, and everything comes again', async (t) => {
  const { publish, natsUrl } = await openNats(t);
  await publish([messageOf(1), messageOf(2)]);
  const consumer = consume(t, natsUrl);
  for (const delivery of await takeCount(consumer, 2)) delivery.ack();
  const connection = await connect(natsOptions(natsUrl, 'test'));
  t.teardown(() => connection.close());
  const manager = await connection.jetstreamManager();
  await manager.consumers.delete(STREAM_NAME, DURABLE);
  t.deepEqual(
    (await takeCount(consumer, 2)).map(({ subject }) => subject),
    ['player.7.1', 'player.7.2'],
  );
});

test.serial('NATS: a server that is killed and comes back goes on where it was', async (t) => {
  const { publish, natsUrl, stack } = await openNats(t);
  await publish([messageOf(1)]);
  const consumer = consume(t, natsUrl);
  (await takeCount(consumer, 1))[0]?.ack();
  await until('the acknowledgement has arrived', async () => (await consumer.pending()) === 0);
  const pid = stack.pids().nats;
  if (pid === undefined) throw new Error('NATS has no process');
  process.kill(pid, 'SIGKILL');
  await until('the consumer has seen it go', () => consumer.missing() !== undefined);
  await publish([messageOf(2)]);
  let last: string | undefined;
  // Which acknowledgements it had written down when it died is the server's affair: the first may come again.
  while (last !== 'player.7.2') last = (await takeCount(consumer, 1))[0]?.subject;
  t.is(consumer.missing(), undefined);
});

test('a consumer stops even if its server never was there', async (t) => {
  const consumer = createNatsConsumer({ url: 'nats://127.0.0.1:1', durable: DURABLE, logger });
  await until('the consumer says what it misses', () => consumer.missing()?.startsWith('NATS:'));
  await t.throwsAsync(consumer.pending(), { name: 'BusUnavailable' });
  await consumer.stop();
  t.deepEqual(await consumer.next(1), []);
});

function consume(t: ExecutionContext, url: string) {
  const consumer = createNatsConsumer({ url, durable: DURABLE, logger, ackWaitMs: 500 });
  t.teardown(consumer.stop);
  return consumer;
}

/** A server of the test's own: the stream has one name, and this test wipes and kills. */
async function openNats(t: ExecutionContext): Promise<{
  readonly natsUrl: string;
  readonly stack: Stack;
  publish(messages: readonly BusMessage[]): Promise<void>;
}> {
  const stack = await startStack({ only: ['nats'] });
  t.teardown(stack.stop);
  return {
    natsUrl: stack.natsUrl,
    stack,
    async publish(messages) {
      const publisher = createNatsPublisher({ url: stack.natsUrl, name: 'test', replicas: 1, logger });
      try {
        await until('the stream can be written', async () => publisher.open().catch(() => undefined));
        let { sequence } = await publisher.open();
        for (const message of messages) {
          await publisher.publish(message, sequence);
          sequence += 1;
        }
      } finally {
        await publisher.stop();
      }
    },
  };
}
