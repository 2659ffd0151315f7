import { connect } from 'node:net';
import { HOST } from './ports.js';

const PROBE_TIMEOUT_MS = 2_000;

/** True when `GET url` answers 200. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.body?.cancel();
  return response.status === 200;
}

/** True when something listens on the port. */
export async function isListening(port: number): Promise<boolean> {
  return (await greeting(port, () => true, 'connect')) ?? false;
}

/** True when a nats-server with JetStream has answered; it accepts clients only after its streams are recovered. */
export async function hasJetStream(port: number): Promise<boolean> {
  const info = await greeting(port, (line) => line, 'data');
  if (info === undefined || !info.startsWith('INFO ')) return false;
  return (JSON.parse(info.slice('INFO '.length)) as { jetstream?: boolean }).jetstream === true;
}

function greeting<T>(port: number, take: (text: string) => T, event: 'connect' | 'data'): Promise<T | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: PROBE_TIMEOUT_MS });
    let text = '';
    const finish = (value: T | undefined) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('error', () => finish(undefined));
    socket.once('timeout', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    if (event === 'connect') socket.once('connect', () => finish(take('')));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.includes('\r\n')) finish(take(text.slice(0, text.indexOf('\r\n'))));
    });
  });
}
