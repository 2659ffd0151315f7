import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AppendOutcomeUnknown,
  type EventStore,
  RevisionConflict,
  StoreUnavailable,
} from '../../../shared/event-store/event-store.js';
import { CATALOGUE_SCHEMA_VERSION } from '../../../shared/events/catalogue-events.js';
import { decodeCatalogueEvent } from '../../../shared/events/codec.js';
import { CATALOGUE_STREAM } from '../../../shared/ids/streams.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { compareTerms } from '../catalogue/terms.js';
import type { Players } from './players.js';
import { appendAt, readWhole } from './streams.js';

/** A bonus template that was offered once is not what it was: bonuses granted under it could not be kept. */
export class CatalogueChanged extends Error {
  override readonly name = 'CatalogueChanged';
}

/** Other instances that start at the same time record the same; each conflict is one of them that was first. */
const ATTEMPTS_MAX = 10;
const RETRY_MS = 500;

/**
 * Compares the catalogue with every template version that was ever offered, and records the new ones.
 * @throws CatalogueChanged naming what was changed or taken out; nothing is recorded then.
 * @throws AppendOutcomeUnknown, StoreUnavailable: not known yet, ask again.
 */
export async function checkCatalogue(store: EventStore, catalogue: Catalogue, now: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { events, head } = await readWhole(store, CATALOGUE_STREAM, decodeCatalogueEvent);
    const { added, faults } = compareTerms(
      catalogue.bonusTemplates,
      events.map(({ data }) => data),
    );
    if (faults.length > 0) throw new CatalogueChanged(faults.join('; '));
    if (added.length === 0) return;
    const id = randomUUID();
    const context = { now, correlationId: id, causationId: id, actor: 'system:catalogue' };
    const drafts = added.map((data) => ({ type: 'BonusTemplateAdded', data: { ...data } }));
    try {
      await appendAt(store, CATALOGUE_STREAM, head, drafts, CATALOGUE_SCHEMA_VERSION, context);
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
  throw new StoreUnavailable('others write to the catalogue without pause');
}

export type CatalogueCheck = {
  /** The first try. While the store is away more follow by themselves. @throws CatalogueChanged */
  start(): Promise<void>;
  /** What an operator has to know; empty once the catalogue is the one that was. */
  missing(): readonly string[];
  /** As the players that it guards, who are decided on only under a catalogue that was checked. */
  guard(players: Players): Players;
  stop(): Promise<void>;
};

/** Tries `check` until there is an answer, and lets nothing be decided before it is yes. */
export function createCatalogueCheck(
  check: () => Promise<void>,
  { logger, retryMs = RETRY_MS }: { readonly logger: Logger; readonly retryMs?: number },
): CatalogueCheck {
  const stopping = new AbortController();
  let state: 'passed' | 'unknown' | 'failed' = 'unknown';
  let reason = 'not compared yet';
  let retrying: Promise<void> = Promise.resolve();

  return {
    async start() {
      await attempt();
      if (state === 'unknown') retrying = retry();
    },
    missing: () => (state === 'passed' ? [] : [`catalogue: ${reason}`]),
    guard: (players) => ({
      async execute(...request) {
        assertPassed();
        return players.execute(...request);
      },
      async decide(...request) {
        assertPassed();
        return players.decide(...request);
      },
      async settle(...request) {
        assertPassed();
        return players.settle(...request);
      },
    }),
    async stop() {
      stopping.abort();
      await retrying;
    },
  };

  function assertPassed(): void {
    if (state !== 'passed') throw new StoreUnavailable(`the catalogue is not checked: ${reason}`);
  }

  /** @throws whatever asking again cannot mend. */
  async function attempt(): Promise<void> {
    try {
      await check();
      state = 'passed';
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
      if (error instanceof StoreUnavailable || error instanceof AppendOutcomeUnknown) return;
      state = 'failed';
      throw error;
    }
  }

  /** Too late to refuse the start: it stays unready, says why, and decides nothing. */
  async function retry(): Promise<void> {
    logger.warn({ reason }, 'the catalogue waits for the event store; nothing is decided before it is checked');
    try {
      while (state === 'unknown' && !stopping.signal.aborted) {
        await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (!stopping.signal.aborted) await attempt();
      }
    } catch (error) {
      logger.fatal({ err: error }, 'the catalogue is not usable: nothing is decided');
    }
  }
}
