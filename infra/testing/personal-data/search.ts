import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { connect } from 'nats';
import pg from 'pg';
import { STREAM_NAME } from '../../../shared/bus/messages.js';
import { createEsdbEventStore } from '../../../shared/event-store/esdb-event-store.js';

/** Where the data were found: `<datum> in <place>`, once each. */
export type Finds = readonly string[];

/** A search takes any number of texts or bytes, each with a name, and says which data are in which. */
export function createSearch(data: readonly string[]) {
  const needles = data.map((datum) => ({ datum, bytes: Buffer.from(datum.toLowerCase()) }));
  const finds = new Set<string>();
  let looked = 0;
  return {
    look(place: string, content: string | Buffer): void {
      looked += 1;
      // In latin1 a byte is a character, so lower-casing the ASCII ones leaves the rest in its place.
      const lower = Buffer.from(content).toString('latin1').toLowerCase();
      for (const { datum, bytes } of needles) {
        if (lower.includes(bytes.toString('latin1'))) finds.add(`${datum} in ${place}`);
      }
    },
    /** How much was looked at: a search through nothing finds nothing. */
    looked: () => looked,
    finds: (): Finds => [...finds].sort(),
  };
}

export type Search = ReturnType<typeof createSearch>;

/** Every event of every stream, names and metadata too. */
export async function searchStreams(search: Search, eventStoreUrl: string): Promise<void> {
  const store = createEsdbEventStore({ connectionString: eventStoreUrl });
  try {
    for await (const { position, ...event } of store.readAll()) {
      search.look(`${event.stream.replace(/-.*/, '-*')} at the event store`, JSON.stringify(event) + String(position));
    }
  } finally {
    await store.close();
  }
}

/** Every row of every table of every schema, those of Postgres itself too: it keeps samples of values as statistics. */
export async function searchTables(search: Search, postgresUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm', 'p') order by 1`,
    );
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      for (const { line } of rows) search.look(`table ${name}`, line);
    }
  } finally {
    await client.end();
  }
}

/** Every message of the stream, headers too. */
export async function searchMessages(search: Search, natsUrl: string): Promise<number> {
  const connection = await connect({ servers: natsUrl });
  try {
    const manager = await connection.jetstreamManager();
    const { first_seq, last_seq } = (await manager.streams.info(STREAM_NAME)).state;
    for (let seq = first_seq; seq <= last_seq; seq += 1) {
      const { data, header } = await manager.streams.getMessage(STREAM_NAME, { seq });
      search.look('a JetStream message', Buffer.concat([Buffer.from(data), Buffer.from(header.toString())]));
    }
    return last_seq - first_seq + 1;
  } finally {
    await connection.close();
  }
}

/** Every file under the folder, but under those named (relative to it). A file that goes away meanwhile is gone. */
export async function searchFiles(search: Search, folder: string, except: readonly string[] = []): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const place = relative(folder, path);
    if (!entry.isFile() || except.some((name) => place.startsWith(`${name}/`))) continue;
    const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    search.look(`file ${place}`, content);
  }
}
