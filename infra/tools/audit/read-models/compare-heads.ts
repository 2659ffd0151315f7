import { PLAYER_STREAMS } from '../../../../shared/ids/streams.js';
import type { Sql } from '../../../../shared/postgres/postgres.js';
import type { StreamEnd } from '../ledger/books.js';
import { placeOf } from '../ledger/chain.js';
import type { Finding, Findings } from '../ledger/findings.js';
import type { LedgerSource } from '../parts/ledger-source.js';
import { rowsOf } from '../parts/share.js';
import type { Compared } from './compared.js';
import { rowsByPage } from './snapshot.js';

type Row = { readonly player_id: string; readonly revision: string; readonly hash: string; readonly position: string };

/** Looking closer reads a whole stream, so only this many are looked at. */
const CLOSER_LOOKS_MAX = 10;

/** Each head that the projector noted must be where its stream stood: else a stream was cut, or rewritten. */
export async function compareHeads({ sql, share, replay, source, partial }: Compared): Promise<void> {
  const { findings, chain } = replay;
  const seen = new Set<string>();
  const wrong: Finding[] = [];
  const rows = rowsByPage<Row>(
    sql,
    `select player_id::text, revision::text, hash, position::text from read_model.heads where ${rowsOf(share)}`,
  );
  for await (const row of rows) {
    const stream = `${PLAYER_STREAMS}${row.player_id}`;
    const end = chain.ends.get(stream);
    if (end === undefined && partial) continue;
    seen.add(stream);
    findings.checked('heads');
    const flaw = flawOf(stream, row, end);
    if (flaw !== undefined) wrong.push(flaw);
  }
  for (const [index, finding] of wrong.entries()) {
    findings.found(index < CLOSER_LOOKS_MAX ? await closerLook(sql, source, finding) : finding);
  }
  for (const { stream } of replay.players.values())
    if (!seen.has(stream)) reportMissing(findings, stream, chain.ends.get(stream));
}

function flawOf(stream: string, { revision, hash, position }: Row, end: StreamEnd | undefined): Finding | undefined {
  const expected = `revision ${revision} with hash ${hash}, as the projector saw it`;
  const place = { check: 'heads', stream, expected } as const;
  if (end === undefined || end.revision < Number(revision)) {
    const what = 'is gone from the end of its stream';
    const found = end === undefined ? 'no stream' : `an end at revision ${end.revision}`;
    return { ...place, revision: Number(revision), position: BigInt(position), what, found };
  }
  if (end.revision === Number(revision) && end.hash === hash && end.position === BigInt(position)) return undefined;
  const what = 'is not the event that the projector saw: the stream was rewritten';
  return {
    ...place,
    revision: end.revision,
    position: end.position,
    what,
    found: `revision ${end.revision} with hash ${end.hash}`,
  };
}

/** The read models keep the id of every event, so they name the first that is not what it was. */
async function closerLook(sql: Sql, source: LedgerSource, finding: Finding): Promise<Finding> {
  const stream = finding.stream ?? '';
  const rows = await sql.query<{ revision: string; event_id: string }>(
    'select revision::text, event_id::text from read_model.events where player_id = $1 order by revision',
    [stream.slice(PLAYER_STREAMS.length)],
  );
  const ids = new Map(rows.map(({ revision, event_id }) => [Number(revision), event_id]));
  for await (const event of source.stream(stream)) {
    const seen = ids.get(event.revision);
    if (seen === undefined || seen === event.id) continue;
    const what = 'is not the event that the projector saw: the stream was rewritten from here on';
    return { ...finding, ...placeOf(event), what, expected: `the event ${seen}`, found: `the event ${event.id}` };
  }
  return finding;
}

function reportMissing(findings: Findings, stream: string, end: StreamEnd | undefined): void {
  findings.checked('heads');
  findings.found({
    ...{ check: 'heads', stream, what: 'has no head in the read models', expected: 'a head', found: 'none' },
    ...(end === undefined ? {} : { revision: end.revision, position: end.position }),
  });
}
