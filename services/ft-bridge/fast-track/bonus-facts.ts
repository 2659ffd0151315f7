import { LRUCache } from 'lru-cache';
import type { EventStore } from '../../../shared/event-store/event-store.js';
import { type Decoded, decodePlayerEvent } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { Amount } from '../../../shared/money/money.js';

/** What later events of a bonus do not repeat. */
export type BonusFacts = {
  readonly amount: Amount;
  /** Undefined while the bonus waits: the requirement is worked out when it is granted. */
  readonly wageringRequired: Amount | undefined;
  /** What Fast Track called the credit, and wants back. */
  readonly references: { readonly [name: string]: string };
};

/** The facts of the bonus that an event is about; undefined when it is about none, or its history never had it. */
export type BonusFactsOf = (event: Decoded<PlayerEvent>) => Promise<BonusFacts | undefined>;

const REMEMBERED_MAX = 50_000;

/**
 * Lanes are in order, so a bonus is nearly always remembered from its grant. Where it is not (after a restart or a
 * takeover), the player's history is read backwards from the event once, until the grant is found.
 */
export function createBonusFacts(store: Pick<EventStore, 'readStream'>): BonusFactsOf {
  const remembered = new LRUCache<string, BonusFacts>({ max: REMEMBERED_MAX });

  return async (event) => {
    const own = factsIn(event);
    const userBonusId = later(event);
    const key = `${event.stream} ${own?.userBonusId ?? userBonusId}`;
    if (own !== undefined) {
      remembered.set(key, own.facts);
      return own.facts;
    }
    if (userBonusId === undefined) return undefined;
    const facts = remembered.get(key) ?? (await findBefore(event, userBonusId));
    if (facts !== undefined) remembered.set(key, facts);
    return facts;
  };

  async function findBefore({ stream, revision }: Decoded<PlayerEvent>, userBonusId: string) {
    if (revision === 0) return undefined;
    for await (const stored of store.readStream(stream, { from: revision - 1, direction: 'backwards' })) {
      // Only these two are worth decoding.
      if (stored.type !== 'BonusGranted' && stored.type !== 'BonusQueued') continue;
      const found = factsIn(decodePlayerEvent(stored));
      if (found?.userBonusId === userBonusId) return found.facts;
    }
    return undefined;
  }
}

function factsIn(event: PlayerEvent): { readonly userBonusId: string; readonly facts: BonusFacts } | undefined {
  if (event.type !== 'BonusGranted' && event.type !== 'BonusQueued') return undefined;
  const { userBonusId, amount, fastTrackReferences: references } = event.data;
  const wageringRequired = event.type === 'BonusGranted' ? event.data.wageringRequired : undefined;
  return { userBonusId, facts: { amount, wageringRequired, references } };
}

/** The bonus that an event after its grant is about. */
function later(event: PlayerEvent): string | undefined {
  const isLater =
    event.type === 'BonusWageringProgressed' || event.type === 'BonusCompleted' || event.type === 'BonusCancelled';
  return isLater ? event.data.userBonusId : undefined;
}
