import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import pg from 'pg';

/** No server, one that cuts connections, and Postgres's own words for an end: https://www.postgresql.org/docs/17/errcodes-appendix.html */
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03']);

/** A fresh, empty database on that server, dropped when the test (or the file) ends. Answers its connection string. */
export async function testDatabase(t: Pick<ExecutionContext, 'teardown'>, postgresUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(postgresUrl, `create database ${name}`);
  // Forced: a test that failed may have left connections open, and its own failure is the one to report.
  // A server that is gone or going, as one of the file's own is at the end of the file, takes its databases with it.
  t.teardown(() =>
    execute(postgresUrl, `drop database ${name} with (force)`).catch((error: NodeJS.ErrnoException) => {
      if (!GONE.has(error.code ?? '')) throw error;
    }),
  );
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(postgresUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
