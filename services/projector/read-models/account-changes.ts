import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { zero } from '../../../shared/money/money.js';
import { type Change, change } from './rows.js';

type AccountEvent = Extract<
  Decoded<PlayerEvent>,
  {
    type:
      | 'PlayerRegistered'
      | 'PlayerLoggedIn'
      | 'PlayerLoggedOut'
      | 'ConsentsChanged'
      | 'PlayerDetailsChanged'
      | 'PlayerPasswordChanged'
      | 'BlockPlaced'
      | 'BlockLifted'
      | 'LimitChanged'
      | 'LimitIncreaseRequested'
      | 'PlayerForgotten';
  }
>;

const NO_CONSENTS = {
  email: false,
  sms: false,
  telephone: false,
  post_mail: false,
  site_notification: false,
  push_notification: false,
};

/** Who the player is, may be told, and is kept from. */
export function accountChanges(playerId: PlayerId, event: AccountEvent, position: bigint): readonly Change[] {
  const player = { player_id: playerId };
  const at = event.metadata.occurredAt;
  return (
    match(event)
      .with({ type: 'PlayerRegistered' }, ({ revision, data: { currency, profileRevision } }) => {
        const none = zero(currency);
        return [
          change('addPlayer', { ...player, currency, registered_at: at, marked_profile_revision: profileRevision }),
          change('setConsents', { ...player, ...NO_CONSENTS, changed_at: at }),
          change('setBalances', { ...player, cash: none, bonus: none, withdrawal: none, currency, revision }),
        ];
      })
      .with({ type: 'PlayerLoggedIn' }, () => [change('seeLogin', { ...player, last_login_at: at })])
      .with({ type: 'PlayerLoggedOut' }, ({ data }) => [
        change('revokeLogin', { ...player, login_id: data.loginId, revoked_at: at }),
      ])
      .with({ type: 'ConsentsChanged' }, ({ data }) => [
        change('setConsents', { ...player, ...data.consents, changed_at: at }),
      ])
      // The details themselves come from the profile's stream, before this marker.
      .with({ type: 'PlayerDetailsChanged' }, ({ data }) => [
        change('markDetails', { ...player, marked_profile_revision: data.profileRevision }),
      ])
      .with({ type: 'PlayerPasswordChanged' }, ({ data }) => [
        change('markPassword', { ...player, password_revision: data.passwordRevision }),
      ])
      .with({ type: 'BlockPlaced' }, ({ data: { reason, until } }) => [
        change('setBlock', { ...player, reason, stands: true, until, placed_at: at }),
      ])
      .with({ type: 'BlockLifted' }, ({ data: { reason } }) => [
        change('setBlock', { ...player, reason, stands: false, until: null, placed_at: at }),
      ])
      .with({ type: 'LimitChanged' }, ({ data: { kind, period, amount, currency } }) => [
        change('setLimit', { ...player, kind, period, amount, currency, changed_at: at }),
        change('setPendingLimit', { ...player, kind, period, pending_amount: null, pending_at: null }),
      ])
      .with({ type: 'LimitIncreaseRequested' }, ({ data: { kind, period, amount, effectiveAt } }) => [
        change('setPendingLimit', { ...player, kind, period, pending_amount: amount, pending_at: effectiveAt }),
      ])
      .with({ type: 'PlayerForgotten' }, () => [
        change('forgetPlayer', { ...player, position: String(position), forgotten_at: at }),
      ])
      .exhaustive()
  );
}
