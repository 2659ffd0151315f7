import test from 'ava';
import { testConsumer } from './bus-consumer.contract.js';
import { createMemoryConsumer } from './memory-consumer.js';

testConsumer(test, 'memory', async () => {
  const consumer = createMemoryConsumer();
  return {
    consumer,
    publish: async (messages) => {
      for (const message of messages) consumer.publish(message);
    },
    passAckWait: async () => consumer.redeliver(),
  };
});
