import type { ExecutionContext, TestFn } from 'ava';
import type { BusMessage } from './messages.js';
import { type Publisher, StreamMoved } from './publisher.js';

export type OpenStream = {
  /** A further publisher on the same, at first empty, stream. */
  publisher(): Publisher;
  /** The `Nats-Msg-Id` of all it holds, oldest first. */
  ids(): Promise<readonly string[]>;
};

function messageOf(number: number): BusMessage {
  return {
    subject: 'player.7.12345',
    headers: {
      'Nats-Msg-Id': `id-${number}`,
      'Croupier-Stream': 'player-12345',
      'Croupier-Revision': String(number),
      'Croupier-Position': String(number * 100),
      traceparent: '00-ab-cd-01',
    },
    body: JSON.stringify({ number }),
  };
}

function lastOf(number: number) {
  return { eventId: `id-${number}`, stream: 'player-12345', revision: number, position: BigInt(number * 100) };
}

/** What every publisher promises, in memory and on a server. */
export function testPublisher(test: TestFn, name: string, open: (t: ExecutionContext) => Promise<OpenStream>): void {
  test(`${name}: a new stream ends at 0 and has no last message`, async (t) => {
    const stream = await open(t);
    t.deepEqual(await stream.publisher().open(), { sequence: 0, last: undefined });
  });

  test(`${name}: what was published is where the stream ends, for whoever opens it`, async (t) => {
    const stream = await open(t);
    const publisher = stream.publisher();
    await publisher.open();
    await publisher.publish(messageOf(1), 0);
    await publisher.publish(messageOf(2), 1);
    t.deepEqual(await publisher.open(), { sequence: 2, last: lastOf(2) });
    t.deepEqual(await stream.publisher().open(), { sequence: 2, last: lastOf(2) });
    t.deepEqual(await stream.ids(), ['id-1', 'id-2']);
    t.true(publisher.isConnected());
  });

  test(`${name}: many under way keep their order`, async (t) => {
    const stream = await open(t);
    const publisher = stream.publisher();
    await publisher.open();
    const numbers = Array.from({ length: 256 }, (_, index) => index);
    await Promise.all(numbers.map((number) => publisher.publish(messageOf(number), number)));
    t.deepEqual(
      await stream.ids(),
      numbers.map((number) => `id-${number}`),
    );
  });

  test(`${name}: one that is refused takes all behind it along`, async (t) => {
    const stream = await open(t);
    const publisher = stream.publisher();
    await publisher.open();
    const results = await Promise.allSettled([
      publisher.publish(messageOf(1), 0),
      publisher.publish(messageOf(2), 7),
      publisher.publish(messageOf(3), 2),
    ]);
    t.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected'],
    );
    t.deepEqual(await stream.ids(), ['id-1']);
  });

  test(`${name}: of two publishers at one place, one is refused`, async (t) => {
    const stream = await open(t);
    const [one, other] = [stream.publisher(), stream.publisher()];
    await one.open();
    await other.open();
    await one.publish(messageOf(1), 0);
    await t.throwsAsync(other.publish(messageOf(2), 0), { instanceOf: StreamMoved });
    t.deepEqual(await stream.ids(), ['id-1']);
    t.deepEqual(await other.open(), { sequence: 1, last: lastOf(1) });
    await other.publish(messageOf(2), 1);
    t.deepEqual(await stream.ids(), ['id-1', 'id-2']);
  });

  test(`${name}: a message that is stored already is not stored again`, async (t) => {
    const stream = await open(t);
    const publisher = stream.publisher();
    await publisher.open();
    await publisher.publish(messageOf(1), 0);
    await t.throwsAsync(publisher.publish(messageOf(1), 1), { instanceOf: StreamMoved });
    t.deepEqual(await stream.ids(), ['id-1']);
  });
}
