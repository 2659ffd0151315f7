import type { ExecutionContext } from 'ava';
import type { BusConsumer, BusDelivery } from './bus-consumer.js';
import type { BusMessage } from './messages.js';

export type OpenConsumer = {
  readonly consumer: BusConsumer;
  publish(messages: readonly BusMessage[]): Promise<void>;
  /** Lets the time to acknowledge pass. */
  passAckWait(): Promise<void>;
};

type Test = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

export function messageOf(number: number): BusMessage {
  return {
    subject: `player.7.${number}`,
    headers: {
      'Nats-Msg-Id': `id-${number}`,
      'Croupier-Stream': `player-${number}`,
      'Croupier-Revision': '0',
      'Croupier-Position': String(number),
    },
    body: JSON.stringify({ number, name: 'Zoë' }),
  };
}

/** Takes until there are this many. */
export async function takeCount(consumer: BusConsumer, count: number): Promise<BusDelivery[]> {
  const taken: BusDelivery[] = [];
  while (taken.length < count) {
    const batch = await consumer.next(count - taken.length);
    if (batch.length === 0) throw new Error(`stopped after ${taken.length}`);
    taken.push(...batch);
  }
  return taken;
}

const subjects = (deliveries: readonly BusDelivery[]) => deliveries.map(({ subject }) => subject);

/** What every durable consumer keeps, whatever it is made of. */
export function testConsumer(test: Test, name: string, open: (t: ExecutionContext) => Promise<OpenConsumer>): void {
  test(`${name}: what was published comes, oldest first, with its headers and its body`, async (t) => {
    const { consumer, publish } = await open(t);
    await publish([messageOf(1), messageOf(2), messageOf(3)]);
    const deliveries = await takeCount(consumer, 3);
    t.deepEqual(subjects(deliveries), ['player.7.1', 'player.7.2', 'player.7.3']);
    t.is(deliveries[0]?.header('Croupier-Position'), '1');
    t.is(deliveries[0]?.header('Croupier-Nothing'), undefined);
    t.deepEqual(JSON.parse(deliveries[2]?.body ?? ''), { number: 3, name: 'Zoë' });
  });

  test(`${name}: no more comes at once than was asked for, and the rest next`, async (t) => {
    const { consumer, publish } = await open(t);
    await publish(Array.from({ length: 10 }, (_, index) => messageOf(index + 1)));
    const taken: BusDelivery[] = [];
    while (taken.length < 10) {
      const batch = await consumer.next(4);
      t.true(batch.length >= 1 && batch.length <= 4);
      taken.push(...batch);
    }
    t.is(new Set(subjects(taken)).size, 10);
  });

  test(`${name}: who asks before there is anything is answered as soon as there is`, async (t) => {
    const { consumer, publish } = await open(t);
    const asked = consumer.next(10);
    await publish([messageOf(1)]);
    t.deepEqual(subjects(await asked), ['player.7.1']);
  });

  test(`${name}: what is not acknowledged comes again, what is does not`, async (t) => {
    const { consumer, publish, passAckWait } = await open(t);
    await publish([messageOf(1), messageOf(2), messageOf(3)]);
    const [one, , three] = await takeCount(consumer, 3);
    t.is(await consumer.pending(), 3);
    one?.ack();
    three?.ack();
    await passAckWait();
    const again = await takeCount(consumer, 1);
    t.deepEqual(subjects(again), ['player.7.2']);
    again[0]?.ack();
    await publish([messageOf(4)]);
    const after = await takeCount(consumer, 1);
    t.deepEqual(subjects(after), ['player.7.4']);
    t.is(await consumer.pending(), 1);
  });

  test(`${name}: stopping answers whoever waits with nothing`, async (t) => {
    const { consumer } = await open(t);
    const asked = consumer.next(10);
    await consumer.stop();
    t.deepEqual(await asked, []);
    t.deepEqual(await consumer.next(10), []);
  });
}
