import { Readable } from 'node:stream';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Row } from '../../../shared/postgres/postgres.js';
import { type ExportedPerson, HISTORIES } from '../reads/export-reads.js';

/**
 * One JSON object with everything, as a stream: a piece is read when the one before it has gone out, so that the longest
 * history takes no more memory than the shortest.
 */
export function exportStream(postgres: Postgres, playerId: PlayerId, person: ExportedPerson, now: Date): Readable {
  return Readable.from(exportText(postgres, playerId, person, now), { objectMode: false, highWaterMark: 1 });
}

async function* exportText(postgres: Postgres, playerId: PlayerId, { person, upTo }: ExportedPerson, now: Date) {
  const head = { exported_at: now.toISOString(), up_to_revision: upTo, ...person };
  // Without its closing brace: the histories are further members.
  yield JSON.stringify(head).slice(0, -1);
  for (const { name, pieces } of HISTORIES) {
    yield `,\n${JSON.stringify(name)}:[`;
    let isFirst = true;
    for await (const rows of pieces(postgres, playerId, upTo)) {
      const text = rows.map((row: Row) => JSON.stringify(row)).join(',\n');
      if (text === '') continue;
      yield isFirst ? text : `,\n${text}`;
      isFirst = false;
    }
    yield ']';
  }
  yield '}\n';
}
