import type { StoredEvent } from '../../../../shared/event-store/event-store.js';
import {
  type Decoded,
  decodeEmailEvent,
  decodePlayerEvent,
  decodeProfileEvent,
  NewerEvent,
} from '../../../../shared/events/codec.js';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import { EMAIL_STREAMS, PLAYER_STREAMS, PROFILE_STREAMS } from '../../../../shared/ids/streams.js';
import { createBonuses } from './bonuses.js';
import { openBooks, type PlayerBooks, type Turnover } from './books.js';
import { type Chain, createChain, placeOf } from './chain.js';
import { createFindings, type Findings } from './findings.js';
import { addLine, linesOf } from './lines.js';
import { createMoneyChecks } from './money.js';
import { checkPayment } from './payments.js';
import type { Report } from './report.js';
import { createTransactionTable } from './transaction-table.js';
import { createTransactionChecks } from './transactions.js';
import { createWitnesses, type Witness } from './witnesses.js';

export type ReplayOptions = {
  /** Whether every stream is read from its beginning. If not, what lies before is taken as given. */
  readonly fromStart: boolean;
  /** Only what was recorded up to then counts in the trial balance; ISO 8601. */
  readonly at?: string | undefined;
  /** Of the digests of lines. */
  readonly salt: string;
  readonly witnesses: readonly Witness[];
  /** Left out when nobody will compare them: they cost a hash a line. */
  readonly withLines: boolean;
};

/** Replays events, in the order of the store, and checks each against all that came before it. */
export type Replay = {
  readonly findings: Findings;
  readonly chain: Chain;
  readonly players: ReadonlyMap<string, PlayerBooks>;
  /** Turnover of accounts that are no player's, by `<account> <currency>`. */
  readonly house: ReadonlyMap<string, Turnover>;
  readonly forgotten: ReadonlySet<string>;
  /** By e-mail stream: the player who holds it. */
  readonly emailHolders: ReadonlyMap<string, string>;
  readonly events: number;
  readonly transactions: number;
  /** Events that name no transaction, payment or account known to be complete. */
  readonly notCompared: number;
  take(event: StoredEvent): void;
  finish(): void;
};

export function createReplay(options: ReplayOptions): Replay {
  const { fromStart, at, salt } = options;
  const findings = createFindings();
  const players = new Map<string, PlayerBooks>();
  const house = new Map<string, Turnover>();
  const forgotten = new Set<string>();
  const emailHolders = new Map<string, string>();
  const chain = createChain(findings, fromStart, ({ stream }) => {
    const holder = stream.startsWith(PROFILE_STREAMS) ? stream.slice(PROFILE_STREAMS.length) : emailHolders.get(stream);
    return stream.startsWith(PLAYER_STREAMS) ? {} : { unlessForgotten: holder ?? '?' };
  });
  const witnesses = createWitnesses(options.witnesses, findings);
  const money = createMoneyChecks(findings, house, at);
  const table = createTransactionTable();
  const bonuses = createBonuses(findings.checked, !fromStart);
  const transactions = createTransactionChecks({
    ...{ table, bonuses, checked: findings.checked, mayLieBefore: !fromStart },
  });
  /** The event that is being checked. */
  let current: StoredEvent | undefined;
  let events = 0;
  let notCompared = 0;

  /** Undefined, and a defect, when this version of the code cannot read it. */
  function read<E>(stored: StoredEvent, decode: (event: StoredEvent) => E): E | undefined {
    findings.checked('readable');
    try {
      return decode(stored);
    } catch (error) {
      // Of such an event the audit can say nothing, so it must not say that the ledger is wrong, or sound.
      if (error instanceof NewerEvent) throw error;
      const found = error instanceof Error ? error.message : String(error);
      findings.found({ ...placeOf(stored), check: 'readable', what: 'cannot be read', expected: stored.type, found });
      return undefined;
    }
  }

  /** One for all events: to make one for each would cost more than most checks. */
  const report: Report = (check, what, expected, found) =>
    findings.found({ ...(current === undefined ? {} : placeOf(current)), check, what, expected, found });
  const payments = { mayLieBefore: !fromStart, checked: () => findings.checked('payments'), report };

  function booksOf(stream: string): PlayerBooks {
    const known = players.get(stream);
    if (known !== undefined) return known;
    const opened = openBooks(stream.slice(PLAYER_STREAMS.length), stream, fromStart);
    players.set(stream, opened);
    return opened;
  }

  function takePlayer(stored: StoredEvent, event: Decoded<PlayerEvent>): void {
    const books = booksOf(stored.stream);
    if (event.type === 'PlayerForgotten') forgotten.add(books.id);
    const legs = money.take(books, stored, event, report);
    transactions.take(books, event, legs, report);
    checkPayment(books, event, payments);
    bonuses.take(books, event, report);
    if (options.withLines) for (const line of linesOf(event)) addLine(books.lines, salt, line);
  }

  function takeEmail(stored: StoredEvent): void {
    const event = read(stored, decodeEmailEvent);
    if (event?.type === 'EmailReserved') emailHolders.set(stored.stream, event.data.playerId);
  }

  return {
    findings,
    chain,
    players,
    house,
    forgotten,
    emailHolders,
    get events() {
      return events;
    },
    get transactions() {
      return table.size;
    },
    get notCompared() {
      return notCompared;
    },
    take(stored) {
      events += 1;
      current = stored;
      witnesses.take(stored);
      if (!chain.follow(stored)) return;
      if (stored.stream.startsWith(PLAYER_STREAMS)) {
        const event = read(stored, decodePlayerEvent);
        if (event !== undefined) takePlayer(stored, event);
      } else if (stored.stream.startsWith(PROFILE_STREAMS)) read(stored, decodeProfileEvent);
      else if (stored.stream.startsWith(EMAIL_STREAMS)) takeEmail(stored);
    },
    finish() {
      for (const books of players.values()) money.finish(books);
      notCompared = witnesses.finish(chain.ends, fromStart);
    },
  };
}
