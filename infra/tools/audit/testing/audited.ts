import type { EventStore } from '../../../../shared/event-store/event-store.js';
import { createMemoryEventStore } from '../../../../shared/event-store/memory-event-store.js';
import type { PlayerId } from '../../../../shared/ids/ids.js';
import type { Postgres } from '../../../../shared/postgres/postgres.js';
import { playerLife } from '../../../../shared/testing/player-life.js';
import { type AuditOptions, type AuditReport, audit } from '../audit.js';
import { createLedgerSource } from '../parts/ledger-source.js';
import { localPart } from '../parts/local-part.js';
import { createLedgerWriter } from './ledger-writer.js';
import { type Tamper, tamperedStore } from './tampering.js';

export const JANE = '12345' as PlayerId;
export const OMAR = '20002' as PlayerId;

/** Two players in whose lives everything happens, each event a decision of its own. */
export async function writeLives(store: Pick<EventStore, 'append'>): Promise<void> {
  const writer = createLedgerWriter(store);
  for (const id of [JANE, OMAR]) for (const { stream, draft } of playerLife(id)) await writer.decide(stream, [draft]);
}

export async function lives(): Promise<EventStore> {
  const store = createMemoryEventStore();
  await writeLives(store);
  return store;
}

const UNTOUCHED: Tamper = (events) => events;

/** Audits a store in this process, after it was tampered with. */
export function audited(
  store: EventStore,
  tamper: Tamper = UNTOUCHED,
  options: Partial<Omit<AuditOptions, 'postgres'>> & { readonly postgres?: Postgres } = {},
): Promise<AuditReport> {
  const source = createLedgerSource(tamperedStore(store, tamper));
  const { postgres, scope } = options;
  const share = scope?.player === undefined ? ({ of: 'all' } as const) : ({ of: 'player', id: scope.player } as const);
  return audit({
    ...{ source, runners: [localPart(share, source, postgres)], ...options },
    postgres: postgres ?? { why: 'none in this test' },
  });
}

/** The first defect, as short as a test needs it. */
export function firstOf({ findings: [first] }: AuditReport): string {
  return first === undefined ? 'none' : `${first.check} ${first.stream ?? ''}@${first.revision ?? ''}`;
}
