import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import {
  type Decoded,
  decodePlayerEvent,
  decodeProfileEvent,
  UnreadableEvent,
} from '../../../../shared/events/codec.js';
import { isIntact, NO_HASH } from '../../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import { PLAYER_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';
import { type Violation, violation } from './violation.js';

export type LedgerEvent = Decoded<PlayerEvent>;

/** What the event store says, by player. */
export type Ledger = {
  readonly players: ReadonlyMap<string, readonly LedgerEvent[]>;
  readonly profiles: ReadonlyMap<string, { readonly email: string; readonly ipAddress: string }>;
};

/** Reads the events, and looks at each chain and each posting on the way. */
export function readLedger(events: readonly StoredEvent[]): { ledger: Ledger; violations: readonly Violation[] } {
  const players = new Map<string, LedgerEvent[]>();
  const profiles = new Map<string, { email: string; ipAddress: string }>();
  const violations: Violation[] = [];
  const ends = new Map<string, { readonly revision: number; readonly hash: unknown }>();
  for (const event of events) {
    const { stream, revision } = event;
    const playerId = stream.slice(stream.indexOf('-') + 1);
    const end = ends.get(stream) ?? { revision: -1, hash: NO_HASH };
    if (revision !== end.revision + 1 || event.metadata.prevHash !== end.hash || !isIntact(event)) {
      violations.push(violation('chain', { playerId, revision }, `${stream} after revision ${end.revision}`));
    }
    ends.set(stream, { revision, hash: event.metadata.hash });
    try {
      if (stream.startsWith(PLAYER_STREAMS)) {
        players.set(playerId, [...(players.get(playerId) ?? []), decodePlayerEvent(event)]);
      } else if (stream.startsWith(PROFILE_STREAMS)) {
        const profile = decodeProfileEvent(event);
        if (profile.type !== 'ProfileCreated') continue;
        profiles.set(playerId, { email: profile.data.email, ipAddress: profile.data.ip_address });
      }
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      violations.push(violation('unreadable', { playerId, revision }, error.message));
    }
  }
  for (const [playerId, own] of players) violations.push(...checkMoney(playerId, own));
  return { ledger: { players, profiles }, violations };
}

/** One currency a player; amounts are at its decimals, so that their digits alone are whole numbers of minor units. */
export function minorUnits(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

/** Debits equal credits in every event, and the balances after it are the sum of the player's own legs so far. */
function checkMoney(playerId: string, events: readonly LedgerEvent[]): Violation[] {
  const violations: Violation[] = [];
  const sums = { cash: 0n, bonus: 0n, withdrawal: 0n };
  for (const { data, type, revision } of events) {
    if (!('postings' in data)) continue;
    let difference = 0n;
    for (const { account, side, amount } of data.postings) {
      const signed = side === 'credit' ? minorUnits(amount) : -minorUnits(amount);
      difference += signed;
      for (const name of ['cash', 'bonus', 'withdrawal'] as const) {
        if (account === `player:${playerId}:${name}`) sums[name] += signed;
      }
    }
    const { balances } = data;
    const isSum = (['cash', 'bonus', 'withdrawal'] as const).every((name) => minorUnits(balances[name]) === sums[name]);
    if (difference === 0n && isSum) continue;
    violations.push(violation('balanced', { playerId, revision }, `${type} with ${JSON.stringify(balances)}`));
  }
  return violations;
}
