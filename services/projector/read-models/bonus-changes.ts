import { match } from 'ts-pattern';
import type { Decoded } from '../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { zero } from '../../../shared/money/money.js';
import { type Change, change } from './rows.js';

type BonusEvent = Extract<Decoded<PlayerEvent>, { type: `Bonus${string}` }>;

/** A bonus' row follows its life; what moved money, or promises to, is a line among the player's transactions too. */
export function bonusChanges(playerId: PlayerId, event: BonusEvent): readonly Change[] {
  const at = event.metadata.occurredAt;
  const untouched = { status: null, reason: null, wagered: null, wagering_required: null, updated_at: at };
  return match(event)
    .with({ type: 'BonusQueued' }, ({ data }) => [
      change('openBonus', {
        ...opened(playerId, data, at),
        status: 'queued',
        wagering_required: null,
        expires_at: null,
      }),
      line(playerId, event, data.amount),
    ])
    .with({ type: 'BonusGranted' }, ({ data }) => [
      change('openBonus', {
        ...opened(playerId, data, at),
        status: 'granted',
        wagering_required: data.wageringRequired,
        expires_at: data.expiresAt,
      }),
      line(playerId, event, data.amount),
    ])
    .with({ type: 'BonusWageringProgressed' }, ({ data }) => [
      change('moveBonus', {
        ...untouched,
        user_bonus_id: data.userBonusId,
        wagered: data.wagered,
        wagering_required: data.wageringRequired,
      }),
    ])
    .with({ type: 'BonusCompleted' }, ({ data }) => [
      change('moveBonus', { ...untouched, user_bonus_id: data.userBonusId, status: 'completed' }),
      line(playerId, event, data.converted),
    ])
    .with({ type: 'BonusCancelled' }, ({ data }) => [
      change('moveBonus', {
        ...untouched,
        user_bonus_id: data.userBonusId,
        status: 'cancelled',
        reason: data.reason,
      }),
      line(playerId, event, data.forfeited),
    ])
    .exhaustive();
}

type Opening = { userBonusId: string; bonusId: string; templateVersion: number; amount: string; currency: string };

function opened(playerId: PlayerId, data: Opening, at: string) {
  return {
    user_bonus_id: data.userBonusId,
    player_id: playerId,
    bonus_id: data.bonusId,
    template_version: data.templateVersion,
    amount: data.amount,
    currency: data.currency,
    wagered: zero(data.currency),
    created_at: at,
    updated_at: at,
  };
}

function line(playerId: PlayerId, { revision, type, data, metadata }: BonusEvent, amount: string): Change {
  return change('addTransaction', {
    player_id: playerId,
    revision,
    part: 0,
    kind: 'bonus',
    type,
    caller: 'bonus',
    reference: data.userBonusId,
    related_reference: data.bonusId,
    game_id: null,
    round_id: null,
    amount,
    currency: data.currency,
    cash_after: 'balances' in data ? data.balances.cash : null,
    bonus_after: 'balances' in data ? data.balances.bonus : null,
    recorded_at: metadata.recordedAt,
  });
}
