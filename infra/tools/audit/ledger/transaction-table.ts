import { randomBytes } from 'node:crypto';
import type { Units } from './minor-units.js';

export const KINDS = ['bet', 'win', 'rollback', 'unseen rollback', 'tombstone'] as const;
export type Kind = (typeof KINDS)[number];

export type NewTransaction = {
  readonly kind: Kind;
  readonly round: string;
  readonly amount: Units;
  /** Of a win: the row of its bet. */
  readonly bet?: number | undefined;
  /** What a bet counted towards a bonus: that bonus's number with its player. */
  readonly wagering?: { readonly bonus: number; readonly amount: Units } | undefined;
};

/**
 * Every transaction ever, by caller, player and id: the one thing of an audit that grows with the ledger. So rows are
 * columns of numbers, about 60 to 110 bytes a transaction, and keys are fingerprints of 96 bits, seeded anew in each
 * run: nobody can choose ids that collide, and among a billion ids two collide by chance once in ten billion audits.
 */
export type TransactionTable = {
  readonly size: number;
  /** The row of this key; undefined when there is none. */
  find(key: string): number | undefined;
  /** Adds a row. The caller has seen that its key is new. */
  add(key: string, transaction: NewTransaction): number;
  kind(row: number): Kind;
  amount(row: number): Units;
  isRound(row: number, round: string): boolean;
  bet(row: number): number | undefined;
  wagering(row: number): { readonly bonus: number; readonly amount: Units } | undefined;
  isRolledBack(row: number): boolean;
  setRolledBack(row: number): void;
  standingWins(row: number): number;
  countWin(row: number, change: 1 | -1): void;
};

const ROWS_AT_START = 1024;
const NONE = 0xffff_ffff;

export function createTransactionTable(): TransactionTable {
  const seeds = new Uint32Array(4);
  randomBytes(16).copy(new Uint8Array(seeds.buffer));
  const fingerprint = new Uint32Array(3);
  let capacity = ROWS_AT_START;
  let size = 0;
  let columns = newColumns(capacity);
  /** Open addressing: row + 1, or 0. Twice as many as rows, so that a look-up is short. */
  let slots = new Uint32Array(2 * capacity);

  function take(key: string): void {
    let [one = 0, two = 0, three = 0] = seeds;
    for (let index = 0; index < key.length; index += 1) {
      const code = key.charCodeAt(index);
      one = Math.imul(one ^ code, 0x01000193);
      two = Math.imul(two ^ code, 0x85ebca6b) ^ (two >>> 15);
      three = Math.imul(three + code, 0xc2b2ae35) ^ (three >>> 13);
    }
    fingerprint[0] = mixed(one ^ three);
    fingerprint[1] = mixed(two);
    fingerprint[2] = mixed(three);
  }

  /** The slot that holds the fingerprint, or the empty one where it would stand. */
  function slotOf(first: number, second: number, third: number): number {
    const mask = slots.length - 1;
    for (let slot = first & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] ?? 0) - 1;
      if (row < 0) return slot;
      const { keys } = columns;
      if (keys[3 * row] === first && keys[3 * row + 1] === second && keys[3 * row + 2] === third) return slot;
    }
  }

  function grow(): void {
    capacity *= 2;
    columns = grown(columns, capacity);
    slots = new Uint32Array(2 * capacity);
    const { keys } = columns;
    for (let row = 0; row < size; row += 1) {
      slots[slotOf(keys[3 * row] ?? 0, keys[3 * row + 1] ?? 0, keys[3 * row + 2] ?? 0)] = row + 1;
    }
  }

  function hashed(text: string): number {
    let hash = seeds[3] ?? 0;
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    return mixed(hash);
  }

  return {
    get size() {
      return size;
    },
    find(key) {
      take(key);
      const row = (slots[slotOf(fingerprint[0] ?? 0, fingerprint[1] ?? 0, fingerprint[2] ?? 0)] ?? 0) - 1;
      return row < 0 ? undefined : row;
    },
    add(key, { kind, round, amount, bet, wagering }) {
      if (size === capacity) grow();
      take(key);
      const row = size;
      size += 1;
      slots[slotOf(fingerprint[0] ?? 0, fingerprint[1] ?? 0, fingerprint[2] ?? 0)] = row + 1;
      const { keys } = columns;
      keys[3 * row] = fingerprint[0] ?? 0;
      keys[3 * row + 1] = fingerprint[1] ?? 0;
      keys[3 * row + 2] = fingerprint[2] ?? 0;
      columns.kinds[row] = KINDS.indexOf(kind);
      columns.rounds[row] = hashed(round);
      columns.amounts[row] = amount;
      columns.bets[row] = bet ?? NONE;
      columns.bonuses[row] = wagering?.bonus ?? NONE;
      columns.wagered[row] = wagering?.amount ?? 0n;
      return row;
    },
    kind: (row) => KINDS[columns.kinds[row] ?? 0] ?? 'bet',
    amount: (row) => columns.amounts[row] ?? 0n,
    isRound: (row, round) => columns.rounds[row] === hashed(round),
    bet: (row) => present(columns.bets[row]),
    wagering(row) {
      const bonus = present(columns.bonuses[row]);
      return bonus === undefined ? undefined : { bonus, amount: columns.wagered[row] ?? 0n };
    },
    isRolledBack: (row) => columns.rolledBack[row] === 1,
    setRolledBack(row) {
      columns.rolledBack[row] = 1;
    },
    standingWins: (row) => columns.wins[row] ?? 0,
    countWin(row, change) {
      columns.wins[row] = (columns.wins[row] ?? 0) + change;
    },
  };
}

type Columns = ReturnType<typeof newColumns>;

function newColumns(capacity: number) {
  return {
    keys: new Uint32Array(3 * capacity),
    kinds: new Uint8Array(capacity),
    rolledBack: new Uint8Array(capacity),
    rounds: new Uint32Array(capacity),
    amounts: new BigInt64Array(capacity),
    bets: new Uint32Array(capacity),
    wins: new Int32Array(capacity),
    bonuses: new Uint32Array(capacity),
    wagered: new BigInt64Array(capacity),
  };
}

function grown(old: Columns, capacity: number): Columns {
  const columns = newColumns(capacity);
  columns.keys.set(old.keys);
  columns.kinds.set(old.kinds);
  columns.rolledBack.set(old.rolledBack);
  columns.rounds.set(old.rounds);
  columns.amounts.set(old.amounts);
  columns.bets.set(old.bets);
  columns.wins.set(old.wins);
  columns.bonuses.set(old.bonuses);
  columns.wagered.set(old.wagered);
  return columns;
}

function present(value: number | undefined): number | undefined {
  return value === undefined || value === NONE ? undefined : value;
}

/** Every bit of the result depends on every bit of the hash. */
function mixed(hash: number): number {
  let value = hash;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
