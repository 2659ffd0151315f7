import test, { type ExecutionContext } from 'ava';
import { connect } from 'nats';
import { startStack } from '../../../infra/embedded/stack.js';
import { STREAM_NAME } from '../../../shared/bus/messages.js';
import { createNatsPublisher } from '../../../shared/bus/nats-publisher.js';
import { testPublisher } from '../../../shared/bus/publisher.contract.js';
import { silentLogger } from '../../../shared/telemetry/log.js';

/** A server of its own: two streams on one server may not share their subjects. */
async function ownServer(t: ExecutionContext) {
  const stack = await startStack({ only: ['nats'] });
  t.teardown(stack.stop);
  return stack;
}

async function jetStreamManager(t: ExecutionContext, url: string) {
  const connection = await connect({ servers: url });
  t.teardown(() => connection.close());
  return connection.jetstreamManager();
}

function publisherOn(t: ExecutionContext, url: string) {
  const publisher = createNatsPublisher({ url, name: 'test', replicas: 1, logger: silentLogger });
  t.teardown(publisher.stop);
  return publisher;
}

testPublisher(test, 'on a nats-server', async (t) => {
  const { natsUrl } = await ownServer(t);
  return {
    publisher: () => publisherOn(t, natsUrl),
    async ids() {
      const jsm = await jetStreamManager(t, natsUrl);
      const { last_seq } = (await jsm.streams.info(STREAM_NAME)).state;
      const sequences = Array.from({ length: last_seq }, (_, index) => index + 1);
      const messages = await Promise.all(sequences.map((seq) => jsm.streams.getMessage(STREAM_NAME, { seq })));
      return messages.map((message) => message.header.get('Nats-Msg-Id'));
    },
  };
});

test('the stream is kept in files for 72 hours, and a changed setting is put right', async (t) => {
  const { natsUrl } = await ownServer(t);
  const jsm = await jetStreamManager(t, natsUrl);
  await publisherOn(t, natsUrl).open();
  const made = (await jsm.streams.info(STREAM_NAME)).config;
  t.like(made, { subjects: ['player.*.*'], storage: 'file', discard: 'old', retention: 'limits' });
  t.is(made.max_age, 72 * 3600 * 1e9);
  t.is(made.duplicate_window, 120 * 1e9);

  await jsm.streams.update(STREAM_NAME, { ...made, max_age: 3600 * 1e9, max_msgs: 1_000_000 });
  await publisherOn(t, natsUrl).open();
  const settings = (await jsm.streams.info(STREAM_NAME)).config;
  t.is(settings.max_age, 72 * 3600 * 1e9);
  t.is(settings.max_msgs, 1_000_000, 'what an operator added stays');
});

test('an emptied stream keeps its sequence and has no last message', async (t) => {
  const { natsUrl } = await ownServer(t);
  const publisher = publisherOn(t, natsUrl);
  await publisher.open();
  await publisher.publish({ subject: 'player.7.12345', headers: { 'Nats-Msg-Id': 'a' }, body: '{}' }, 0);
  await (await jetStreamManager(t, natsUrl)).streams.purge(STREAM_NAME);
  t.deepEqual(await publisher.open(), { sequence: 1, last: undefined });
});
