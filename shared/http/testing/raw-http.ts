import { connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A connection on which a test may send what no HTTP client would. */
export type RawHttp = {
  readonly socket: Socket;
  /** Everything received when the other side has closed. */
  readonly whole: Promise<string>;
  /** What was received, as soon as it has this in it. */
  received(part: string): Promise<string>;
};

export function openRawHttp(t: ExecutionContext, url: string): RawHttp {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  t.teardown(() => socket.destroy());
  let text = '';
  const listeners = new Set<() => void>();
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (const listener of listeners) listener();
  });
  const whole = new Promise<string>((resolve) => {
    // A reset is an end too: what came before it is what counts.
    socket.on('error', () => undefined).once('close', () => resolve(text));
  });
  return {
    socket,
    whole,
    received: (part) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(part)) resolve(text);
        };
        listeners.add(look);
        void whole.then(() => reject(new Error(`closed without ${part}: ${text}`)));
        look();
      }),
  };
}

export type RawAnswer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

/** The first answer in what a connection received. */
export function answerIn(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
