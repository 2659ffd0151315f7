// @ts-check
import { get } from 'node:https';

// `node infra/compose/healthy.mjs <url>`: a container's health check. What it prints, `docker inspect` shows. It runs every
// few seconds in each container, so it loads no more than it needs (fetch would double its time).

const TIMEOUT_MS = 10_000;
const [, , url = ''] = process.argv;
const request = get(url, { timeout: TIMEOUT_MS }, (answer) => {
  console.log(answer.statusCode);
  answer.pipe(process.stdout);
  answer.once('end', () => process.exit(answer.statusCode === 200 ? 0 : 1));
});
request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
request.once('error', (error) => {
  console.log(error.message);
  process.exit(1);
});
