import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import type { Decoded } from '../../../../shared/events/codec.js';
import type { Balances, PlayerEvent } from '../../../../shared/events/player-events.js';
import { PLAYER_ACCOUNTS, type PlayerAccount, type PlayerBooks, type Turnover } from './books.js';
import { checkFact } from './facts.js';
import type { Findings } from './findings.js';
import { amountOf, type Units, unitsOf } from './minor-units.js';
import { type Leg, readLegs } from './postings.js';
import type { Report } from './report.js';

/** Postings, and the balances that follow from them. */
export type MoneyChecks = {
  /** Answers the event's legs. */
  take(books: PlayerBooks, stored: StoredEvent, event: Decoded<PlayerEvent>, report: Report): readonly Leg[];
  /** No event comes any more. */
  finish(books: PlayerBooks): void;
};

const NO_LEGS: readonly Leg[] = [];

/** @param at what was recorded later does not count in the turnover of accounts */
export function createMoneyChecks(findings: Findings, house: Map<string, Turnover>, at?: string): MoneyChecks {
  const { checked } = findings;

  function book(books: PlayerBooks, { account, side, units, currency }: Leg, counts: boolean): void {
    const own = ownAccount(books, account);
    if (own === undefined) {
      if (counts) add(turnoverOf(house, `${account} ${currency}`), side, units);
      return;
    }
    if (counts) add(books.turnover[own], side, units);
    if (books.balances !== undefined) books.balances[own] += side === 'credit' ? units : -units;
  }

  function checkBalances(books: PlayerBooks, stated: Balances, report: Report): void {
    checked('balances');
    checked('sign');
    const { currency } = stated;
    if (books.currency !== undefined && currency !== books.currency) {
      report('balances', 'states balances of another currency', books.currency, currency);
    }
    const next = { cash: 0n, bonus: 0n, withdrawal: 0n };
    for (const account of PLAYER_ACCOUNTS) {
      const units = unitsOf(stated[account], currency);
      if (units === undefined) {
        report(
          'balances',
          `states a ${account} balance that is no amount`,
          `an amount of ${currency}`,
          stated[account],
        );
        next[account] = books.balances?.[account] ?? 0n;
        continue;
      }
      next[account] = units;
      const expected = books.balances?.[account];
      if (expected !== undefined && expected !== units) {
        const texts = [expected, units].map((one) => `${amountOf(one, currency)} ${currency}`);
        report('balances', `states a ${account} balance that is not its postings’`, `${texts[0]}`, `${texts[1]}`);
      }
      if (units < 0n && account !== 'cash') {
        report('sign', `leaves ${account} below zero`, 'zero or more', `${stated[account]} ${currency}`);
      }
    }
    // What it says from here on, so that one wrong balance is one defect and not one an event.
    books.balances = next;
  }

  /** What was answered is compared once the decision is over: with the balance that it left. */
  function settleAnswer(books: PlayerBooks): void {
    const { answer, balances, currency, stream } = books;
    books.answer = undefined;
    if (answer === undefined || balances === undefined || currency === undefined) return;
    checked('answers');
    for (const account of ['cash', 'bonus'] as const) {
      if (unitsOf(answer[account], currency) === balances[account]) continue;
      findings.found({
        ...{ check: 'answers', stream, revision: answer.revision, position: answer.position },
        what: `answered another ${account} balance than its decision left`,
        expected: `${amountOf(balances[account], currency)} ${currency}`,
        found: `${answer[account]} ${currency}`,
      });
    }
  }

  function keepAnswer(
    books: PlayerBooks,
    { position }: StoredEvent,
    { revision, metadata, data }: Decoded<PlayerEvent>,
  ) {
    if (!('answer' in data)) return;
    const { causationId, recordedAt } = metadata;
    books.answer = { revision, position, causationId, recordedAt, cash: data.answer.cash, bonus: data.answer.bonus };
  }

  /** The legs, or what is said to be moved where none are needed. */
  function checkPostings(books: PlayerBooks, event: Decoded<PlayerEvent>, report: Report): readonly Leg[] {
    if (!('postings' in event.data)) return NO_LEGS;
    checked('postings');
    const { legs, flaw } = readLegs(event.data.postings, books.id);
    if (flaw !== undefined) report('postings', flaw.what, flaw.expected, flaw.found);
    const foreign = legs.find(({ currency }) => books.currency !== undefined && currency !== books.currency);
    if (foreign !== undefined) report('postings', 'moves another currency', `${books.currency}`, foreign.currency);
    const fact = checkFact(books.id, event, legs, event.data.balances.currency);
    if (fact.known) checked('facts');
    if (fact.flaw !== undefined) report('facts', fact.flaw.what, fact.flaw.expected, fact.flaw.found);
    return legs;
  }

  return {
    take(books, stored, event, report) {
      const { answer } = books;
      // A decision answers once, so its next answer is another's.
      if (answer !== undefined && ('answer' in event.data || !isSameDecision(answer, event))) settleAnswer(books);
      if (event.type === 'PlayerRegistered') {
        books.currency = event.data.currency;
        books.statedAt = event.revision;
      }
      const legs = checkPostings(books, event, report);
      if ('balances' in event.data) {
        books.currency ??= event.data.balances.currency;
        const counts = at === undefined || event.metadata.recordedAt <= at;
        for (const leg of legs) book(books, leg, counts);
        checkBalances(books, event.data.balances, report);
        books.statedAt = event.revision;
      }
      keepAnswer(books, stored, event);
      return legs;
    },
    finish: settleAnswer,
  };
}

function isSameDecision(
  answer: { readonly causationId: string; readonly recordedAt: string },
  { metadata }: Decoded<PlayerEvent>,
): boolean {
  return answer.causationId === metadata.causationId && answer.recordedAt === metadata.recordedAt;
}

/** Undefined for the house's, a PSP's, and another player's. */
function ownAccount({ id }: PlayerBooks, account: string): PlayerAccount | undefined {
  const prefix = `player:${id}:`;
  if (!account.startsWith(prefix)) return undefined;
  const name = account.slice(prefix.length);
  return PLAYER_ACCOUNTS.find((own) => own === name);
}

function turnoverOf(all: Map<string, Turnover>, key: string): Turnover {
  const known = all.get(key);
  if (known !== undefined) return known;
  const opened: Turnover = { debits: 0n, credits: 0n };
  all.set(key, opened);
  return opened;
}

function add(turnover: Turnover, side: Leg['side'], units: Units): void {
  if (side === 'debit') turnover.debits += units;
  else turnover.credits += units;
}
