import type { Call, Fields } from './wire.js';

export type Kind = 'bet' | 'win' | 'rollback' | 'play';

/** Every try of one transaction id. */
export type Transaction = {
  readonly kind: Kind;
  readonly id: string;
  readonly roundId: string;
  readonly reference: string;
  readonly closesRound: boolean;
  readonly tries: readonly Call[];
};

const KINDS: readonly string[] = ['bet', 'win', 'rollback', 'play'] satisfies Kind[];

/** What the provider wanted, from what it sent: its transactions in the order of their first try. */
export function transactionsOf(calls: readonly Call[]): readonly Transaction[] {
  const found = new Map<string, Transaction & { readonly tries: Call[] }>();
  for (const call of calls) {
    if (!isKind(call.action)) continue;
    const id = idOf(call);
    const key = `${call.action} ${id}`;
    const seen = found.get(key);
    if (seen !== undefined) seen.tries.push(call);
    else found.set(key, { ...factsOf(call.action, call.fields), id, tries: [call] });
  }
  return [...found.values()];
}

function isKind(action: string): action is Kind {
  return KINDS.includes(action);
}

function factsOf(kind: Kind, fields: Fields) {
  return {
    kind,
    roundId: String(fields.round_id),
    reference: String(fields.reference_transaction_id),
    closesRound: fields.round_closed === true,
  };
}

/** A play goes by the id of its bet. */
export function idOf({ action, fields }: Call): string {
  return String(action === 'play' ? partOf(fields.bet).transaction_id : fields.transaction_id);
}

/** All ids that a call gives to transactions. */
export function idsOf(call: Call): readonly string[] {
  if (call.action === 'play') return [idOf(call), String(partOf(call.fields.win).transaction_id)];
  return isKind(call.action) ? [idOf(call)] : [];
}

export function partOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** Not an answer to go by: the outcome is unknown, or nothing was decided. */
const PASSING = new Set([401, 408, 425, 429]);

/** The first answer that settles it; undefined while there is none. */
export function finalAnswer({ tries }: Transaction) {
  return tries
    .flatMap(({ told }) => (told === null ? [] : [told]))
    .find(({ status }) => status < 500 && !PASSING.has(status));
}

export function isTaken(transaction: Transaction): boolean {
  return finalAnswer(transaction)?.status === 200;
}
