import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** What Fast Track was told. */
export type Told = {
  readonly method: string;
  readonly path: string;
  readonly userId: string;
  readonly sequence: number;
};

/** A Fast Track that does something, asks back say, the moment it hears, before it answers. */
export async function fastTrackThatAsks(t: ExecutionContext, ask: (told: Told) => Promise<void>): Promise<string> {
  const server = createServer((request, response) => {
    toldBy(request)
      .then(ask)
      .then(
        () => response.writeHead(200).end('{}'),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function toldBy(request: IncomingMessage): Promise<Told> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { user_id } = JSON.parse(Buffer.concat(chunks).toString()) as { user_id: string };
  const { method = '', url: path = '' } = request;
  return { method, path, userId: user_id, sequence: Number(request.headers['x-sequence']) };
}
