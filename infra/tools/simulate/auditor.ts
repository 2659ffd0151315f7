import type { StoredEvent } from '../../../shared/event-store/event-store.js';
import { isIntact, NO_HASH } from '../../../shared/events/envelope.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { netOf } from './compare.js';
import { read } from './minor-units.js';
import { Violated } from './violation.js';

/** Knows neither deciders nor model: reads what is stored, as an auditor would, and adds up. */
export type Auditor = {
  /** @throws Violated */
  take(playerId: string, events: readonly StoredEvent[]): void;
  /** Net credits over all accounts, by currency. @throws Violated unless they are all zero */
  close(): void;
};

/** One event of so many is hashed again as it comes: hashing costs about as much as deciding. `close` links them all. */
const HASH_EVERY = 8;

type Books = {
  hash: string;
  readonly accounts: Map<string, number>;
  readonly ids: Set<string>;
  readonly bets: Map<string, { readonly userBonusId: string; readonly amount: number } | null>;
  readonly wagered: Map<string, number>;
  activeBonus: string | null;
  readonly endedBonuses: Set<string>;
  isForgotten: boolean;
};

/** What still comes of a forgotten player: what settles what was there before, and what falls due by itself. */
const OF_THE_FORGOTTEN: ReadonlySet<PlayerEvent['type']> = new Set([
  ...(['WinCredited', 'TransactionRolledBack', 'RollbackTombstoned', 'BlockLifted', 'LimitChanged'] as const),
  ...(['DepositCompleted', 'DepositFailed', 'DepositReversed'] as const),
  ...(['WithdrawalCompleted', 'WithdrawalFailed', 'WithdrawalReversed'] as const),
]);

export function createAuditor(): Auditor {
  const players = new Map<string, Books>();
  const totals = new Map<string, number>();
  const eventIds = new Set<string>();

  function take(playerId: string, stored: StoredEvent): void {
    const books = players.get(playerId) ?? newBooks();
    players.set(playerId, books);
    const place = `${stored.stream}@${stored.revision} ${stored.type}`;
    if (eventIds.has(stored.id)) throw new Violated('id_twice', `${place}: event ${stored.id}`);
    eventIds.add(stored.id);
    const intact = stored.revision % HASH_EVERY !== 0 || isIntact(stored);
    if (!intact || stored.metadata.prevHash !== books.hash) throw new Violated('chain', place);
    books.hash = String(stored.metadata.hash);
    // The model has compared every field of it by now.
    const event = { type: stored.type, data: stored.data } as unknown as PlayerEvent;
    addUp(books, playerId, event, place);
    checkIds(books, event, place);
    checkWagering(books, event, place);
    checkBonuses(books, event, place);
    checkForgotten(books, event, playerId, place);
  }

  /** Debits equal credits; what an account has is what was posted to it. */
  function addUp(books: Books, playerId: string, { data }: PlayerEvent, place: string): void {
    if (!('postings' in data)) return;
    const { cash, bonus, withdrawal, currency } = data.balances;
    let sum = 0;
    for (const [account, minor] of netOf(data.postings)) {
      sum += minor;
      books.accounts.set(account, (books.accounts.get(account) ?? 0) + minor);
      totals.set(`${account} ${currency}`, (totals.get(`${account} ${currency}`) ?? 0) + minor);
    }
    if (sum !== 0) throw new Violated('balanced', `${place}: ${JSON.stringify(data.postings)}`);
    for (const [name, balance] of Object.entries({ cash, bonus, withdrawal })) {
      const posted = books.accounts.get(`player:${playerId}:${name}`) ?? 0;
      if (posted !== read(balance)) throw new Violated('balances', `${place}: ${name} ${balance}, posted ${posted}`);
      if (name !== 'cash' && posted < 0) throw new Violated('balances', `${place}: ${name} is ${balance}`);
    }
  }

  return {
    take(playerId, events) {
      for (const event of events) take(playerId, event);
    },
    close() {
      const sums = new Map<string, number>();
      for (const [account, minor] of totals) {
        const currency = account.slice(-3);
        sums.set(currency, (sums.get(currency) ?? 0) + minor);
      }
      for (const [currency, sum] of sums) if (sum !== 0) throw new Violated('conservation', `${sum} ${currency}`);
    },
  };
}

/** Each id says one thing, once. */
function checkIds(books: Books, event: PlayerEvent, place: string): void {
  for (const id of idsOf(event)) {
    if (books.ids.has(id)) throw new Violated('id_twice', `${place}: ${id}`);
    books.ids.add(id);
  }
}

function idsOf(event: PlayerEvent): readonly string[] {
  switch (event.type) {
    case 'BetPlaced':
    case 'WinCredited':
      return [`${event.data.provider} ${event.data.transactionId}`];
    case 'RoundPlayed':
      return [event.data.bet, event.data.win].map(({ transactionId }) => `${event.data.provider} ${transactionId}`);
    case 'TransactionRolledBack': {
      const { provider, transactionId, referenceTransactionId } = event.data;
      return [`${provider} ${transactionId}`, `undone ${provider} ${referenceTransactionId}`];
    }
    case 'RollbackTombstoned': {
      const { provider, transactionId, referenceTransactionId } = event.data;
      return [...new Set([transactionId, referenceTransactionId])].map((id) => `${provider} ${id}`);
    }
    default:
      return [];
  }
}

/** Progress is the sum of the bets that name the bonus and stand. */
function checkWagering(books: Books, event: PlayerEvent, place: string): void {
  const counts = (id: string, wagering: { readonly userBonusId: string; readonly amount: string } | null) => {
    const counted = wagering === null ? null : { userBonusId: wagering.userBonusId, amount: read(wagering.amount) };
    books.bets.set(id, counted);
    if (counted !== null) addWagered(books, counted.userBonusId, counted.amount);
  };
  if (event.type === 'BetPlaced') counts(`${event.data.provider} ${event.data.transactionId}`, event.data.wagering);
  if (event.type === 'RoundPlayed')
    counts(`${event.data.provider} ${event.data.bet.transactionId}`, event.data.bet.wagering);
  if (event.type === 'TransactionRolledBack') {
    const counted = books.bets.get(`${event.data.provider} ${event.data.referenceTransactionId}`) ?? null;
    if (counted !== null) addWagered(books, counted.userBonusId, -counted.amount);
  }
  if (event.type === 'BonusWageringProgressed') {
    const supported = books.wagered.get(event.data.userBonusId) ?? 0;
    if (read(event.data.wagered) !== supported)
      throw new Violated('wagering', `${place}: ${event.data.wagered}, the bets support ${supported}`);
  }
}

function addWagered({ wagered }: Books, userBonusId: string, minor: number): void {
  wagered.set(userBonusId, (wagered.get(userBonusId) ?? 0) + minor);
}

function checkBonuses(books: Books, event: PlayerEvent, place: string): void {
  if (event.type === 'BonusGranted') {
    if (books.activeBonus !== null) throw new Violated('bonus', `${place}: ${books.activeBonus} is active`);
    books.activeBonus = event.data.userBonusId;
  }
  if (event.type === 'BonusCompleted' || event.type === 'BonusCancelled') {
    const { userBonusId } = event.data;
    if (books.endedBonuses.has(userBonusId)) throw new Violated('bonus', `${place}: ${userBonusId} had ended`);
    books.endedBonuses.add(userBonusId);
    if (books.activeBonus === userBonusId) books.activeBonus = null;
  }
}

/** Nothing is left at the moment, and nothing new begins after it. */
function checkForgotten(books: Books, event: PlayerEvent, playerId: string, place: string): void {
  if (books.isForgotten && !OF_THE_FORGOTTEN.has(event.type)) throw new Violated('erasure', place);
  if (event.type !== 'PlayerForgotten') return;
  books.isForgotten = true;
  const left = ['cash', 'bonus', 'withdrawal'].filter((name) => books.accounts.get(`player:${playerId}:${name}`));
  if (left.length > 0 || books.activeBonus !== null)
    throw new Violated('erasure', `${place}: ${left.join(', ')} is left`);
}

function newBooks(): Books {
  return {
    ...{ hash: NO_HASH, accounts: new Map(), ids: new Set(), bets: new Map() },
    ...{ wagered: new Map(), activeBonus: null, endedBonuses: new Set(), isForgotten: false },
  };
}
