import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { Sql } from '../../../../shared/postgres/postgres.js';
import type { Witness } from '../ledger/witnesses.js';
import { rowsOf, type Share } from '../parts/share.js';
import { hasTable, rowsByPage } from './snapshot.js';

type Lane = { readonly player_id: string; readonly revision: string; readonly hash: string };

/** ft-bridge's high-water marks, which it never deletes: the last event that it took of each player. */
export async function readMarks(sql: Sql, share: Share): Promise<readonly Witness[]> {
  if (!(await hasTable(sql, 'bridge.lanes'))) return [];
  const marks: Witness[] = [];
  for await (const { player_id, revision, hash } of rowsByPage<Lane>(
    sql,
    `select player_id::text, taken_revision::text as revision, taken_hash as hash
     from bridge.lanes where taken_revision >= 0 and ${rowsOf(share)}`,
  )) {
    marks.push({ check: 'marks', stream: `${PLAYER_STREAMS}${player_id}`, revision: Number(revision), hash });
  }
  return marks;
}
