import type { PlayerId } from './ids.js';

// The ledger's accounts. House accounts are projections: no stream of their own, so no contention.

export function cashAccount(playerId: PlayerId): string {
  return `player:${playerId}:cash`;
}

export function bonusAccount(playerId: PlayerId): string {
  return `player:${playerId}:bonus`;
}

export function withdrawalAccount(playerId: PlayerId): string {
  return `player:${playerId}:withdrawal`;
}

export function pspAccount(psp: string): string {
  return `psp:${psp}`;
}

export function wagersAccount(provider: string): string {
  return `house:wagers:${provider}`;
}

export function payoutsAccount(provider: string): string {
  return `house:payouts:${provider}`;
}

export const BONUS_COST_ACCOUNT = 'house:bonus-cost';
