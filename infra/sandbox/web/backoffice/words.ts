import type { BlockReason, Withdrawal } from './answers.js';

export const BLOCKS: { readonly [reason in BlockReason]: string } = {
  self_exclusion: 'Self-exclusion',
  timeout: 'Time-out',
  fraud: 'Fraud',
  operator: 'Operator',
};

export const HOLDS: { readonly [hold in Withdrawal['holds'][number]]: string } = {
  fraud: 'Held: fraud block',
  cash_below_zero: 'Held: cash below zero',
};

/** `WithdrawalRequested` → Withdrawal requested; `self_exclusion` → Self exclusion. */
export function inWords(name: string): string {
  const spaced = name.replace(/_/g, ' ').replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function nameOf(person: { readonly first_name: string | null; readonly last_name: string | null }): string {
  return [person.first_name, person.last_name].filter((part) => part !== null).join(' ') || 'Name not known';
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** How long ago: 4 s, 12 min, 3 h. */
export function since(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1_000);
  for (const [unit, size] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.floor(seconds)} s`;
}

export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
