import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { withEntry, withoutKey } from './maps.js';
import { type Limit, limitName, type RegisteredPlayer } from './state.js';

// How limits follow from events. One that was ended is not there; one without an amount cannot be pending.

export function limitChanged(state: RegisteredPlayer, data: PlayerEventOf<'LimitChanged'>['data']): RegisteredPlayer {
  const { kind, period, amount } = data;
  const name = limitName(kind, period);
  if (amount === null) return { ...state, limits: withoutKey(state.limits, name) };
  return { ...state, limits: withEntry(state.limits, name, { kind, period, amount, pending: null }) };
}

export function limitIncreaseRequested(
  state: RegisteredPlayer,
  { kind, period, amount, effectiveAt }: PlayerEventOf<'LimitIncreaseRequested'>['data'],
): RegisteredPlayer {
  const name = limitName(kind, period);
  const standing = state.limits.get(name);
  if (standing === undefined) throw new Error(`there was no ${name} limit to raise`);
  const raised: Limit = { ...standing, pending: { amount, effectiveAt } };
  return { ...state, limits: withEntry(state.limits, name, raised) };
}
