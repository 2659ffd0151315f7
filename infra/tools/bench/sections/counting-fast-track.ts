import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: a status, or no answer ever. */
export type Verdict = number | 'hang';

export type CountingFastTrack = {
  readonly url: string;
  script(next: (userId: string, key: string) => Verdict): void;
  taken(): number;
  close(): void;
};

const BODY = Buffer.from('{"ok":true}');
const USER_ID = /"user_id":"(\d+)"/;

/** A Fast Track that costs little itself, for figures of what is in front of it. */
export async function countingFastTrack(): Promise<CountingFastTrack> {
  let script: (userId: string, key: string) => Verdict = () => 200;
  let taken = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const userId = USER_ID.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
      const verdict = script(userId, String(request.headers['idempotency-key']));
      if (verdict === 'hang') return;
      if (verdict === 200) taken += 1;
      response.writeHead(verdict, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script(next) {
      script = next;
    },
    taken: () => taken,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
