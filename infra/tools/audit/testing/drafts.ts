import type { JsonObject } from '../../../../shared/event-store/event-store.js';
import type { Draft } from '../../../../shared/events/envelope.js';
import type { PlayerEventOf, PlayerEventType } from '../../../../shared/events/player-events.js';

export function draft<T extends PlayerEventType>(type: T, data: PlayerEventOf<T>['data']): Draft {
  return { type, data: data as JsonObject };
}
