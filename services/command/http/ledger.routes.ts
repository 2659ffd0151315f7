import type { EventStore } from '../../../shared/event-store/event-store.js';
import { backofficeAccess } from '../../../shared/http/access.js';
import type { BackofficeCallers } from '../../../shared/http/api-key.js';
import { noParameters, noStore } from '../../../shared/http/reading.js';
import { createRoutes, type Routes } from '../../../shared/http/routes.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../shared/ids/streams.js';
import { ledgerEndAnswer } from './answers.js';
import { orUnavailable } from './requests.js';

export type LedgerRoutes = { readonly store: Pick<EventStore, 'readAll'>; readonly keys: BackofficeCallers };

type LedgerEnd = { readonly position: string | null; readonly recorded_at: string | null };

/** What only the event store knows. Command is the one that is asked over HTTP and has it at hand. */
export function ledgerRoutes({ store, keys }: LedgerRoutes): Routes {
  const routes = createRoutes({
    prefix: '/backoffice/ledger',
    tag: 'back office',
    access: backofficeAccess(keys),
    around: [noStore],
  });

  routes.get(
    '/end',
    {
      summary: 'Where the ledger ends',
      description:
        'The last event that read models are made of. Read models whose position is lower are behind it. Null: it is empty.',
      query: noParameters,
      answers: { 200: ledgerEndAnswer },
    },
    async (ctx) => {
      ctx.body = await orUnavailable(readEnd(store));
    },
  );

  return routes;
}

async function readEnd(store: LedgerRoutes['store']): Promise<LedgerEnd> {
  const streamPrefixes = [PLAYER_STREAMS, PROFILE_STREAMS];
  for await (const { position, metadata } of store.readAll({ direction: 'backwards', maxCount: 1, streamPrefixes })) {
    return { position: String(position), recorded_at: String(metadata.recordedAt) };
  }
  return { position: null, recorded_at: null };
}
