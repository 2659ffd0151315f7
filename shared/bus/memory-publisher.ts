import type { BusMessage } from './messages.js';
import { BusUnavailable, lastMessageOf, type Publisher, StreamMoved } from './publisher.js';

/** A stream in memory that several publishers may share, as they share a server. */
export type MemoryStream = {
  /** What it holds, oldest first. */
  readonly messages: readonly BusMessage[];
  publisher(): Publisher;
  /** While it is away nothing answers; what was stored stays. */
  setAway(away: boolean): void;
  /** As if the server lost its disk. */
  wipe(): void;
};

/** The in-memory twin of the stream CROUPIER. */
export function createMemoryStream(): MemoryStream {
  let messages: BusMessage[] = [];
  let away = false;

  const publisher = (): Publisher => {
    let opened = false;
    return {
      async open() {
        if (away) throw new BusUnavailable('the stream is away');
        opened = true;
        const last = messages.at(-1);
        return { sequence: messages.length, last: last && lastMessageOf((name) => last.headers[name] ?? '') };
      },
      async publish(message, sequence) {
        if (away || !opened) throw new BusUnavailable('the stream is away');
        const id = message.headers['Nats-Msg-Id'];
        if (messages.some((stored) => stored.headers['Nats-Msg-Id'] === id)) throw new StreamMoved(`${id} is stored`);
        if (messages.length !== sequence) throw new StreamMoved(`at ${messages.length}, not ${sequence}`);
        messages.push(message);
      },
      isConnected: () => opened && !away,
      stop: async () => undefined,
    };
  };

  return {
    get messages() {
      return messages;
    },
    publisher,
    setAway(isAway) {
      away = isAway;
    },
    wipe() {
      messages = [];
    },
  };
}
