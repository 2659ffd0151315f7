import type { Fact } from './fact.js';
import { playerChanges } from './player-changes.js';
import { profileChanges } from './profile-changes.js';
import { type Change, change } from './rows.js';

/** All that a fact changes in the read models. Pure. */
export function changesOf(fact: Fact): readonly Change[] {
  return fact.of === 'player'
    ? [...playerChanges(fact.playerId, fact.event, fact.stored.position), ...traces(fact)]
    : profileChanges(fact.playerId, fact.event);
}

/** The entry in the timeline, and the player's new head. */
function traces({ stored, playerId, event, hash }: Extract<Fact, { of: 'player' }>): readonly Change[] {
  const { revision, metadata } = event;
  const position = String(stored.position);
  return [
    change('addEvent', {
      player_id: playerId,
      revision,
      event_id: event.id,
      type: event.type,
      position,
      recorded_at: metadata.recordedAt,
      actor: metadata.actor,
      correlation_id: metadata.correlationId,
      // As it was recorded: what today's schema makes of it may be something else tomorrow, and a rebuild must not differ.
      data: JSON.stringify(stored.data),
    }),
    change('setHead', { player_id: playerId, revision, hash, position }),
  ];
}
