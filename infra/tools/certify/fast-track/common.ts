import { amountOf, type Units } from '../../audit/ledger/minor-units.js';
import type { ToldMessage } from './fact.js';

// What both profiles say alike.

const THIN = {
  registered: ['POST', '/v2/integration/user'],
  logged_in: ['POST', '/v2/integration/login'],
  consents: ['PUT', '/v2/integration/user/consents'],
  blocks: ['PUT', '/v2/integration/user/blocks'],
  details: ['PUT', '/v2/integration/user'],
} as const;

/** Fast Track hears that something changed, and asks for it. */
export function thinMessage(kind: keyof typeof THIN, playerId: string): ToldMessage {
  const [method, path] = THIN[kind];
  return { method, path, body: { user_id: playerId, ...(kind === 'logged_in' ? { is_impersonated: false } : {}) } };
}

/** As Fast Track is sent amounts: a JSON number, which both sides read from the same digits. */
export function numberOf(units: Units, currency: string): number {
  return Number(amountOf(units, currency));
}

/** What is below zero is sent as nothing. */
export function notBelowZero(units: Units): Units {
  return units < 0n ? 0n : units;
}
