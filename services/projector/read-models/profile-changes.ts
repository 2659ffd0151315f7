import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { ProfileEvent } from '../../../shared/events/profile-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { type Change, change } from './rows.js';

/** What an event of a `profile-*` stream changes: the personal data, and nothing else. */
export function profileChanges(playerId: PlayerId, event: Decoded<ProfileEvent>): readonly Change[] {
  const place = { player_id: playerId, revision: event.revision, hash: event.metadata.hash };
  return match(event)
    .with({ type: 'ProfileCreated' }, ({ data: { currency: _inPlayers, ...data } }) => [
      change('addProfile', { ...place, ...data }),
    ])
    .with({ type: 'ProfileChanged' }, ({ data }) => [
      change('changeProfile', {
        ...place,
        first_name: data.first_name ?? null,
        last_name: data.last_name ?? null,
        birth_date: data.birth_date ?? null,
        country: data.country ?? null,
        phone: data.phone ?? null,
        address: data.address ?? null,
      }),
    ])
    .exhaustive();
}
