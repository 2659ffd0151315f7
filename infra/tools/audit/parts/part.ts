import type { Postgres, Sql } from '../../../../shared/postgres/postgres.js';
import { PLAYER_ACCOUNTS } from '../ledger/books.js';
import { createReplay, type Replay } from '../ledger/replay.js';
import { type Comparison, compareReadModels } from '../read-models/compare.js';
import { readMarks } from '../read-models/marks.js';
import { inSnapshot } from '../read-models/snapshot.js';
import type { LedgerSource } from './ledger-source.js';
import type { AccountLine, PartResult, PartTask, Progress, StreamHead } from './part-task.js';
import { isInShare } from './share.js';

/** Replays a share of the ledger; where the read models are, it compares them, and goes on to the end. */
export function auditPart(
  task: PartTask,
  source: LedgerSource,
  postgres: Postgres | undefined,
  onProgress: (progress: Progress) => void,
): Promise<PartResult> {
  if (task.database === undefined || postgres === undefined) return replayPart(task, source, undefined, onProgress);
  return inSnapshot(postgres, task.database.snapshot, (sql) => replayPart(task, source, sql, onProgress));
}

async function replayPart(
  task: PartTask,
  source: LedgerSource,
  sql: Sql | undefined,
  onProgress: (progress: Progress) => void,
): Promise<PartResult> {
  const { share, after, upTo, at, salt, database } = task;
  const compareAt = sql === undefined ? undefined : database?.compareAt;
  const replay = createReplay({
    ...{ fromStart: after === undefined, at, salt, withLines: compareAt !== undefined && after === undefined },
    witnesses: [
      ...task.anchored.filter(({ stream }) => isInShare(share, stream)),
      ...(sql === undefined ? [] : await readMarks(sql, share)),
    ],
  });
  const comparison: Comparison | undefined =
    sql === undefined || compareAt === undefined
      ? undefined
      : compareReadModels({ sql, share, replay, source, salt, position: compareAt, partial: after !== undefined });
  let houseAtComparison: readonly AccountLine[] = [];
  let isCompared = comparison === undefined;
  async function compare(): Promise<void> {
    isCompared = true;
    houseAtComparison = houseLines(replay);
    await comparison?.run();
  }

  for await (const batch of source.events(share, { after, upTo })) {
    for (const event of batch) {
      if (!isCompared && compareAt !== undefined && event.position > compareAt) await compare();
      replay.take(event);
    }
    const position = batch.at(-1)?.position;
    if (position !== undefined) onProgress({ position, events: replay.events });
  }
  if (!isCompared) await compare();
  replay.finish();
  return resultOf(replay, task, houseAtComparison);
}

function resultOf(replay: Replay, { wantsHeads }: PartTask, houseAtComparison: readonly AccountLine[]): PartResult {
  const { findings, chain, players } = replay;
  return {
    events: replay.events,
    streams: chain.ends.size,
    players: players.size,
    transactions: replay.transactions,
    counts: findings.counts,
    findings: findings.kept,
    excusable: findings.excusable,
    forgotten: [...replay.forgotten],
    accounts: [...houseLines(replay), ...playerLines(replay)],
    houseAtComparison,
    heads: wantsHeads ? headsOf(replay) : [],
    streamsTakenAsGiven: chain.takenAsGiven,
    witnessesNotCompared: replay.notCompared,
  };
}

function houseLines({ house }: Replay): AccountLine[] {
  return [...house].map(([key, { debits, credits }]) => {
    const space = key.lastIndexOf(' ');
    return { account: key.slice(0, space), currency: key.slice(space + 1), debits, credits };
  });
}

/** Accounts that were never used are no lines. */
function playerLines({ players }: Replay): AccountLine[] {
  const lines: AccountLine[] = [];
  for (const { id, currency = '', turnover } of players.values()) {
    for (const name of PLAYER_ACCOUNTS) {
      const { debits, credits } = turnover[name];
      if (debits !== 0n || credits !== 0n) lines.push({ account: `player:${id}:${name}`, currency, debits, credits });
    }
  }
  return lines;
}

function headsOf({ chain, emailHolders }: Replay): StreamHead[] {
  return [...chain.ends].map(([stream, { revision, hash }]) => {
    const player = emailHolders.get(stream);
    return { stream, revision, hash, ...(player === undefined ? {} : { player }) };
  });
}
