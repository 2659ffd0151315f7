import test from 'ava';
import { createMemoryStream } from './memory-publisher.js';
import { testPublisher } from './publisher.contract.js';

testPublisher(test, 'in memory', async () => {
  const stream = createMemoryStream();
  return {
    publisher: stream.publisher,
    ids: async () => stream.messages.map((message) => message.headers['Nats-Msg-Id'] ?? ''),
  };
});
