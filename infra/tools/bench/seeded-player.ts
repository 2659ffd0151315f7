import { randomUUID } from 'node:crypto';
import type { EventStore, JsonObject } from '../../../shared/event-store/event-store.js';
import { type Draft, EMPTY_HEAD, seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';
import { cashAccount, payoutsAccount, pspAccount, wagersAccount } from '../../../shared/ids/accounts.js';
import { type PlayerId, parsePlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { credit, debit, type Posting } from '../../../shared/money/postings.js';

export const PROVIDER = 'mock';
const GAME = 'slot_abc';
const CURRENCY = 'EUR';
const CASH = '1000.00';
const CASH_AFTER_BET = '999.00';
/** Events an append: as many as stay well below the store's 1 MiB. */
const APPEND_EVENTS = 500;
/** Registered, deposit requested and completed, game session started. */
export const BEGINNING_EVENTS = 4;
const SEEDED_AT_ONCE = 64;

export type SeededPlayer = { readonly playerId: PlayerId; readonly sessionId: string };

/**
 * Writes a player with 1,000.00 in cash and an open game session, and a history of so many transactions: bets of 1.00,
 * each won back by its win. The events are as the command service writes them.
 */
export async function seedPlayer(store: EventStore, playerId: PlayerId, transactions: number): Promise<SeededPlayer> {
  const sessionId = `s-${playerId}`;
  let head = EMPTY_HEAD;
  let drafts: Draft[] = beginning(playerId, sessionId);
  const flush = async () => {
    const now = new Date().toISOString();
    const sealed = seal(playerStream(playerId), head, drafts, {
      ...{ schemaVersion: PLAYER_SCHEMA_VERSION, occurredAt: now, recordedAt: now },
      ...{ correlationId: randomUUID(), causationId: randomUUID(), actor: 'system:seed' },
    });
    await store.append(playerStream(playerId), sealed.events, head.revision === -1 ? 'no_stream' : head.revision);
    head = sealed.head;
    drafts = [];
  };
  for (let n = 0; n < transactions; n += 2) {
    drafts.push(betPlaced(playerId, sessionId, n), winCredited(playerId, sessionId, n));
    if (drafts.length >= APPEND_EVENTS) await flush();
  }
  if (drafts.length > 0) await flush();
  return { playerId, sessionId };
}

/** So many players with an open game session each, from the id on. */
export async function seedPlayers(store: EventStore, from: number, players: number): Promise<readonly SeededPlayer[]> {
  const seeded: SeededPlayer[] = [];
  let next = 0;
  const worker = async () => {
    while (next < players) {
      const n = next;
      next += 1;
      seeded[n] = await seedPlayer(store, idOf(from + n), 0);
    }
  };
  await Promise.all(Array.from({ length: SEEDED_AT_ONCE }, worker));
  return seeded;
}

export function idOf(n: number): PlayerId {
  const playerId = parsePlayerId(String(n));
  if (playerId === undefined) throw new Error(`${n} is no player id`);
  return playerId;
}

/** The ids of the nth transaction's bet, and of the win that follows it. */
export function seededIds(playerId: PlayerId, n: number) {
  return { bet: `t-${playerId}-${n}`, win: `t-${playerId}-${n + 1}`, round: `r-${playerId}-${n}` };
}

export function betBody({ playerId, sessionId }: SeededPlayer, transactionId: string, roundId: string) {
  return {
    ...{ transaction_id: transactionId, player_id: playerId, session_id: sessionId, game_id: GAME, round_id: roundId },
    ...{ amount: '1.00', currency: CURRENCY },
  };
}

function beginning(playerId: PlayerId, sessionId: string): Draft[] {
  const payment = { paymentId: `${playerId}-seed`, psp: 'fake', amount: CASH, currency: CURRENCY };
  const postings = [debit(pspAccount('fake'), CASH, CURRENCY), credit(cashAccount(playerId), CASH, CURRENCY)];
  return [
    draft('PlayerRegistered', { currency: CURRENCY, profileRevision: 0 }),
    draft('DepositRequested', payment),
    draft('DepositCompleted', { ...payment, pspReference: 'seed', ...moved(postings, CASH) }),
    draft('GameSessionStarted', { sessionId, gameId: GAME, provider: PROVIDER }),
  ];
}

function betPlaced(playerId: PlayerId, sessionId: string, n: number): Draft {
  const { bet, round } = seededIds(playerId, n);
  const postings = [debit(cashAccount(playerId), '1.00', CURRENCY), credit(wagersAccount(PROVIDER), '1.00', CURRENCY)];
  return draft('BetPlaced', {
    ...{ transactionId: bet, provider: PROVIDER, sessionId, gameId: GAME, roundId: round, currency: CURRENCY },
    ...{ amount: '1.00', funding: { cash: '1.00', bonus: '0.00', userBonusId: null }, wagering: null },
    ...moved(postings, CASH_AFTER_BET),
    answer: { cash: CASH_AFTER_BET, bonus: '0.00' },
  });
}

function winCredited(playerId: PlayerId, sessionId: string, n: number): Draft {
  const { bet, win, round } = seededIds(playerId, n);
  const postings = [debit(payoutsAccount(PROVIDER), '1.00', CURRENCY), credit(cashAccount(playerId), '1.00', CURRENCY)];
  return draft('WinCredited', {
    ...{ transactionId: win, referenceTransactionId: bet, provider: PROVIDER, sessionId, gameId: GAME },
    ...{ roundId: round, currency: CURRENCY, amount: '1.00', roundClosed: true },
    payout: { cash: '1.00', bonus: '0.00', converted: '0.00', cost: '0.00', userBonusId: null },
    ...moved(postings, CASH),
    answer: { cash: CASH, bonus: '0.00' },
  });
}

function moved(postings: readonly Posting[], cash: string): JsonObject {
  return { postings: [...postings], balances: { cash, bonus: '0.00', withdrawal: '0.00', currency: CURRENCY } };
}

function draft(type: string, data: JsonObject): Draft {
  return { type, data };
}
