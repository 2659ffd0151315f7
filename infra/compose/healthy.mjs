// @ts-check
// `node infra/compose/healthy.mjs <url>`: a container's health check. What it prints, `docker inspect` shows.

const TIMEOUT_MS = 8_000;
const [, , url = ''] = process.argv;
const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
console.log(answer.status, await answer.text());
process.exit(answer.ok ? 0 : 1);
