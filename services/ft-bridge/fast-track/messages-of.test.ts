import test from 'ava';
import { createMemoryEventStore } from '../../../shared/event-store/memory-event-store.js';
import { decodePlayerEvent } from '../../../shared/events/codec.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream, profileStream } from '../../../shared/ids/streams.js';
import { playerLife } from '../../../shared/testing/player-life.js';
import { createScribe } from '../../../shared/testing/scribe.js';
import { TEST_BRAND } from '../tests/test-brand.js';
import { guideMessages } from './guide.js';
import { createMessagesOf } from './messages-of.js';
import { createNativeMessages } from './native.js';

const JANE = '12345' as PlayerId;

test('a registration that is delivered late has no address once the person is forgotten', async (t) => {
  const store = createMemoryEventStore();
  await createScribe(store).write(playerLife(JANE));
  const messagesOf = createMessagesOf({ mapping: guideMessages, origin: 'casino.example', store });
  const registered = async () => {
    for await (const stored of store.readStream(playerStream(JANE), { maxCount: 1 })) {
      return (await messagesOf(decodePlayerEvent(stored)))[0]?.body;
    }
    return undefined;
  };
  const before = await registered();
  t.is(before?.ip_address, '192.0.2.1');
  await store.deleteStream(profileStream(JANE));
  const { ip_address: _forgotten, ...rest } = before ?? {};
  t.deepEqual(await registered(), rest);
});

test('the native registration has the user agent too, while the person is not forgotten', async (t) => {
  const store = createMemoryEventStore();
  await createScribe(store).write(playerLife(JANE));
  const mapping = createNativeMessages(TEST_BRAND);
  const messagesOf = createMessagesOf({ mapping, origin: 'casino.example', store });
  const registered = async () => {
    for await (const stored of store.readStream(playerStream(JANE), { maxCount: 1 })) {
      return (await messagesOf(decodePlayerEvent(stored)))[0]?.body;
    }
    return undefined;
  };
  t.like(await registered(), { ip_address: '192.0.2.1', user_agent: 'test' });
  await store.deleteStream(profileStream(JANE));
  t.deepEqual(Object.keys((await registered()) ?? {}).sort(), ['origin', 'timestamp', 'user_id']);
});
