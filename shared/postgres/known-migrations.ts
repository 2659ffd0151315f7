import { readdir } from 'node:fs/promises';
import type { Sql } from './postgres.js';

/** A newer version has migrated this schema: what that one means by its tables, this one does not know. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
  readonly schema: string;
  readonly migrations: readonly string[];

  constructor(schema: string, migrations: readonly string[]) {
    super(
      `the schema ${schema} was made by a newer version: this one does not know its migration ${migrations.join(', ')}`,
    );
    this.schema = schema;
    this.migrations = migrations;
  }
}

/** The names of the migrations in a folder of `NNN-name.sql` files, in their order. */
export async function migrationsIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : [])).sort();
}

/** The names of the migrations that ran, in their order; none where there are no tables yet. */
export async function migrationsOf(sql: Sql, schema: string): Promise<readonly string[]> {
  const [table] = await sql.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    `${schema}.migrations`,
  ]);
  if (table?.found !== true) return [];
  const rows = await sql.query<{ name: string }>(`select name from ${schema}.migrations order by id`);
  return rows.map(({ name }) => name);
}

/** @throws NewerDatabase when the schema has a migration that the folder has not. */
export async function refuseNewer(sql: Sql, schema: string, folder: string): Promise<void> {
  const known = new Set(await migrationsIn(folder));
  const unknown = (await migrationsOf(sql, schema)).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new NewerDatabase(schema, unknown);
}
