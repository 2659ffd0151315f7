import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { request } from 'undici';
import { sign } from '../../../../shared/http/signature.js';
import type { Subject } from '../evidence/subject.js';

type Json = { readonly [member: string]: unknown };

/** A request on its way to the platform. */
export type Passing = { readonly method: string; readonly path: string; readonly body: Json };

export type Told = { readonly status: number; readonly body: Json; readonly replayed: boolean };

/** What is untrue. What a lie leaves out passes as it is. */
export type Lie = {
  /** Another request than was asked, or an answer that the platform never gave. */
  readonly ask?: (passing: Passing) => Passing | Told;
  /** Another answer than was given, with what was asked. */
  readonly answer?: (told: Told, passing: Passing) => Told;
  /** Other messages than Fast Track has. */
  readonly messages?: (messages: readonly Message[]) => readonly Message[];
};

export type Message = {
  readonly n: number;
  readonly path: string;
  readonly taken: boolean;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
};

/** The platform as a liar shows it: between the certificate and the gateway, and before Fast Track's messages. */
export async function lyingSubject(t: ExecutionContext, truth: Subject, lie: Lie): Promise<Subject> {
  const gateway = await proxy(t, async (incoming, passing, raw) => {
    const asked = lie.ask?.(passing) ?? passing;
    if ('status' in asked) return answerOf(asked);
    const text = asked === passing ? raw : JSON.stringify(asked.body);
    const got = await forward(
      truth.gateway,
      incoming,
      asked,
      text,
      asked === passing ? {} : resigned(truth, asked, text),
    );
    if (lie.answer === undefined) return got;
    const told = {
      status: got.status,
      body: objectIn(got.text),
      replayed: got.headers['idempotency-replayed'] === 'true',
    };
    const changed = lie.answer(told, passing);
    return changed === told ? got : { ...answerOf(changed), headers: { ...got.headers, ...answerOf(changed).headers } };
  });
  const fastTrack = await proxy(t, async (incoming, passing, raw) => {
    const got = await forward(truth.fastTrack, incoming, passing, raw, {});
    if (lie.messages === undefined || !passing.path.startsWith('/messages')) return got;
    const { messages } = objectIn(got.text) as { messages: readonly Message[] };
    return { ...got, text: JSON.stringify({ messages: lie.messages(messages) }) };
  });
  return { ...truth, gateway, fastTrack };
}

type Sent = { readonly status: number; readonly text: string; readonly headers: { readonly [name: string]: string } };

const KEPT_HEADERS = ['x-position', 'idempotency-replayed'];

async function proxy(
  t: ExecutionContext,
  handle: (incoming: IncomingMessage, passing: Passing, raw: string) => Promise<Sent>,
): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const { method = 'GET', url: path = '/' } = incoming;
    // Nobody is behind it at the end of the test, say.
    const sent = await handle(incoming, { method, path, body: objectIn(raw) }, raw).catch(() => undefined);
    if (sent === undefined) return void incoming.socket.destroy();
    response.writeHead(sent.status, { 'Content-Type': 'application/json', ...sent.headers });
    response.end(sent.text);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function forward(
  base: string,
  { headers }: IncomingMessage,
  { method, path }: Passing,
  text: string,
  more: { readonly [name: string]: string },
): Promise<Sent> {
  const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
  const response = await request(`${base}${path}`, {
    method: method as 'GET',
    headers: { ...passed, ...more },
    body: text === '' ? null : text,
  });
  const kept = Object.entries(response.headers).filter(([name]) => KEPT_HEADERS.includes(name));
  return {
    status: response.statusCode,
    text: await response.body.text(),
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
  };
}

function answerOf({ status, body, replayed }: Told): Sent {
  return { status, text: JSON.stringify(body), headers: replayed ? { 'idempotency-replayed': 'true' } : {} };
}

/** Another body needs another signature; a liar in the platform has the keys. */
function resigned({ keys }: Subject, { method, path }: Passing, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return { 'x-timestamp': timestamp, 'x-signature': sign(keys.providerSecret, { timestamp, method, path, body }) };
}

function objectIn(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
