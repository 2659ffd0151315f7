import { hash } from 'node:crypto';
import type { Decoded } from '../../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import { paymentStepOf } from './payments.js';

/** A line among a player's transactions, as the read models must show it; the columns of LINE_COLUMNS, null = nothing. */
export type Line = readonly (string | null)[];

/** In the order of a line's values. Names are the read models' columns. */
export const LINE_COLUMNS = [
  'revision',
  'part',
  'kind',
  'type',
  'caller',
  'reference',
  'related_reference',
  'round_id',
  'amount',
  'currency',
  'cash_after',
  'bonus_after',
] as const;

/** The lines that an event leaves. */
export function linesOf(event: Decoded<PlayerEvent>): readonly Line[] {
  const payment = paymentStepOf(event);
  if (payment !== undefined)
    return [line(event, 0, payment.kind, payment.data.psp, payment.data.paymentId, payment.data)];
  switch (event.type) {
    case 'BetPlaced': {
      const { provider, transactionId, roundId: round, amount, currency } = event.data;
      return [line(event, 0, 'bet', provider, transactionId, { round, amount, currency })];
    }
    case 'WinCredited': {
      const { provider, transactionId, referenceTransactionId: related, roundId: round, amount, currency } = event.data;
      return [line(event, 0, 'win', provider, transactionId, { related, round, amount, currency })];
    }
    case 'RoundPlayed': {
      const { provider, bet, win, roundId: round, currency } = event.data;
      const related = bet.transactionId;
      return [
        line(event, 0, 'bet', provider, related, { round, amount: bet.amount, currency }),
        line(event, 1, 'win', provider, win.transactionId, { related, round, amount: win.amount, currency }),
      ];
    }
    case 'TransactionRolledBack': {
      const { provider, transactionId, referenceTransactionId: related, roundId: round, amount, currency } = event.data;
      return [line(event, 0, 'rollback', provider, transactionId, { related, round, amount, currency })];
    }
    case 'RollbackTombstoned': {
      const { provider, transactionId, referenceTransactionId: related, roundId: round } = event.data;
      return [line(event, 0, 'tombstone', provider, transactionId, { related, round })];
    }
    case 'BonusQueued':
    case 'BonusGranted':
    case 'BonusCompleted':
    case 'BonusCancelled': {
      const { userBonusId, bonusId: related, currency } = event.data;
      const amount =
        'forfeited' in event.data
          ? event.data.forfeited
          : 'converted' in event.data
            ? event.data.converted
            : event.data.amount;
      return [line(event, 0, 'bonus', 'bonus', userBonusId, { related, amount, currency })];
    }
    default:
      return [];
  }
}

function line(
  { revision, type, data }: Decoded<PlayerEvent>,
  part: number,
  kind: string,
  caller: string,
  reference: string,
  { related, round, amount, currency }: Partial<Rest>,
): Line {
  const [cash, bonus] = 'balances' in data ? [data.balances.cash, data.balances.bonus] : [null, null];
  return [
    ...[String(revision), String(part), kind, type, caller, reference],
    ...[related ?? null, round ?? null, amount ?? null, currency ?? null, cash, bonus],
  ];
}

type Rest = { related: string; round: string; amount: string; currency: string };

/** Sums stay exact below this, in a JavaScript number too. */
export const DIGEST_MODULUS = 2 ** 50;

/**
 * Adds a line to the digest of a player's lines: a sum of salted hashes, so that the database can add up the same from
 * its rows in any order, and neither side has to hold them. The salt is new in each run: nobody can prepare rows that
 * come to the same sum.
 */
export function addLine(digest: { count: number; high: number; low: number }, salt: string, line: Line): void {
  const bytes = hash('sha256', `${salt}\t${textOfLine(line)}`, 'buffer');
  digest.count += 1;
  digest.high = (digest.high + bytes.readUInt32BE(0)) % DIGEST_MODULUS;
  digest.low = (digest.low + bytes.readUInt32BE(4)) % DIGEST_MODULUS;
}

/** No value has a tab in it. Nothing and an empty text are told apart by no column that matters. */
export function textOfLine(line: Line): string {
  let text = '';
  for (const value of line) text += text === '' ? (value ?? '') : `\t${value ?? ''}`;
  return text;
}
