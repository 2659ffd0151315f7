import { Agent, request } from 'node:http';

export type PlainRequest = {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, repeated ones included. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
};

export type PlainAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
};

/** One connection is enough, and is kept. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends bytes as they are, which fetch would not do. @throws when there is no answer. */
export function plainRequest(url: string, { method, path, headers, body }: PlainRequest): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const flat = [...headers.flat(), ...(body === undefined ? [] : ['Content-Length', String(body.length)])];
    const sent = request({ hostname, port, method, path, headers: ['Host', `${hostname}:${port}`, ...flat], agent });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.end(body);
  });
}
