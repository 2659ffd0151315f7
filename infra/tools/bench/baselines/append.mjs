// The bare limit: appends of one event of a bet's size through the real client, each to the stream of its worker at the
// revision before. No code of the project. Prints appends a second.
// node append.mjs <event store url> <concurrency> <seconds>
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';

const [url = '', concurrency = '', seconds = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(url);
// The data and metadata of a bet come to about 1,100 bytes.
const data = { filling: 'x'.repeat(640) };
const metadata = { filling: 'x'.repeat(420) };
const run = randomUUID();

async function appended(worker, until) {
  const stream = `bare-${run}-${worker}`;
  let count = 0;
  for (let expected = NO_STREAM; performance.now() < until; count += 1) {
    const event = jsonEvent({ type: 'BetPlaced', data, metadata });
    const { nextExpectedRevision } = await client.appendToStream(stream, event, { expectedRevision: expected });
    expected = nextExpectedRevision;
  }
  return count;
}

async function rate(secs) {
  const begun = performance.now();
  const until = begun + secs * 1_000;
  const counts = await Promise.all(
    Array.from({ length: Number(concurrency) }, (_, n) => appended(`${secs}-${n}`, until)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - begun)) * 1_000;
}

await rate(0.5);
process.stdout.write(`${await rate(Number(seconds))}\n`);
process.exit(0);
