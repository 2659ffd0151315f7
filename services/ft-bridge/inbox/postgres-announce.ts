import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Postgres, Sql } from '../../../shared/postgres/postgres.js';
import type { TakeResult } from './inbox.js';
import { announceGrowth, announceLanes } from './lane-news.js';

type Taken = TakeResult & { readonly rewound?: boolean };

/**
 * Takes in a transaction that tells the other instances whose lanes it has changed. Ours hear of it from its caller.
 * Who got a lane from us in the middle of it may have read the inbox before the commit, and is told after it.
 */
export async function announcing<R extends Taken>(
  postgres: Postgres,
  isElsewhere: (playerId: PlayerId) => boolean,
  take: (sql: Sql) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const told = new Set<PlayerId>();
  const news = (results: readonly R[]) =>
    results.filter(({ playerId, taken }) => taken.length > 0 && isElsewhere(playerId) && !told.has(playerId));
  const results = await postgres.inTransaction(async (sql) => {
    const taken = await take(sql);
    const changed = news(taken);
    await announce(sql, changed);
    for (const { playerId } of changed) told.add(playerId);
    return taken;
  });
  // What is taken is taken; who does not hear of it finds it in the inbox with its next sweep.
  await announce(postgres, news(results)).catch(() => undefined);
  return results;
}

async function announce(sql: Sql, changed: readonly Taken[]): Promise<void> {
  if (changed.length === 0) return;
  const rewound = changed.filter((result) => result.rewound === true);
  const grown = changed.filter((result) => result.rewound !== true);
  await announceLanes(
    sql,
    rewound.map(({ playerId }) => playerId),
  );
  await announceGrowth(
    sql,
    grown.map(({ playerId, lane }) => ({ playerId, taken: lane.taken })),
  );
}
