// The bare limit: `$all` from its start to its end through the real client. No code of the project. Prints events a second.
// node read-all.mjs <event store url>
import { EventStoreDBClient, START } from '@eventstore/db-client';

const [url = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(url);
const begun = performance.now();
let events = 0;
for await (const { event } of client.readAll({ fromPosition: START })) if (event !== undefined) events += 1;
process.stdout.write(`${(events / (performance.now() - begun)) * 1_000}\n`);
process.exit(0);
