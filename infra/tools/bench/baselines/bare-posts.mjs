import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';

// The bare baseline: as many POSTs of this size as undici brings to a server, over as many connections as the bridge has.
// In a process of its own, as the bridge is. Prints requests a second.

const CONNECTIONS = 256;
const BODY = JSON.stringify({
  user_id: '123456789',
  timestamp: '2026-02-03T04:05:06.789Z',
  origin: 'bench',
  is_impersonated: false,
});
const HEADERS = {
  'content-type': 'application/json',
  'idempotency-key': '5b0d8a54-6a0c-5d3a-9a43-3f4f2f3a1b2c',
  'x-sequence': '1',
};

const [url, seconds] = process.argv.slice(2);
if (url === undefined || seconds === undefined) throw new Error('bare-posts.mjs <url> <seconds>');
const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
const endsAt = performance.now() + Number(seconds) * 1_000;
const begunAt = performance.now();
let posted = 0;

async function post() {
  while (performance.now() < endsAt) {
    const { body } = await pool.request({
      method: 'POST',
      path: '/v2/integration/login',
      headers: HEADERS,
      body: BODY,
    });
    await body.dump();
    posted += 1;
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, post));
process.stdout.write(`${(posted / (performance.now() - begunAt)) * 1_000}\n`);
await pool.close();
