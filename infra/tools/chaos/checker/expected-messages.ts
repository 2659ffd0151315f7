import type { Ledger, LedgerEvent } from './ledger.js';
import { minorUnits } from './ledger.js';

/** A message as the developer guide has it; a second reading of the published table, not the bridge's own. */
export type ExpectedMessage = {
  readonly key: string;
  readonly revision: number;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: { readonly [field: string]: unknown };
};

type Told = Pick<ExpectedMessage, 'method' | 'path' | 'body'>;

/** Everything that Fast Track must hear of a player, in the stream's order. */
export function expectedMessages(playerId: string, ledger: Ledger, origin: string): readonly ExpectedMessage[] {
  const expected: ExpectedMessage[] = [];
  for (const event of ledger.players.get(playerId) ?? []) {
    const told = messagesOf(playerId, event, origin, ledger.profiles.get(playerId)?.ipAddress);
    told.forEach((message, index) => {
      const key = told.length === 1 ? event.id : `${event.id}.${index + 1}`;
      expected.push({ ...message, key, revision: event.revision });
    });
  }
  return expected;
}

const PAYMENTS: { readonly [type: string]: readonly [kind: string, status: string] } = {
  DepositRequested: ['deposit', 'requested'],
  DepositCompleted: ['deposit', 'completed'],
  DepositFailed: ['deposit', 'failed'],
  DepositReversed: ['deposit', 'reversed'],
  WithdrawalRequested: ['withdrawal', 'requested'],
  WithdrawalRejected: ['withdrawal', 'failed'],
  WithdrawalCancelled: ['withdrawal', 'cancelled'],
  WithdrawalCompleted: ['withdrawal', 'completed'],
  WithdrawalFailed: ['withdrawal', 'failed'],
  WithdrawalReversed: ['withdrawal', 'reversed'],
};

const BONUSES: { readonly [type: string]: string } = {
  BonusGranted: 'granted',
  BonusWageringProgressed: 'wagering_progress',
  BonusCompleted: 'completed',
  BonusCancelled: 'cancelled',
};

function messagesOf(playerId: string, event: LedgerEvent, origin: string, ipAddress: string | undefined): Told[] {
  const timestamp = new Date(event.metadata.occurredAt).toISOString();
  const user = (method: 'POST' | 'PUT', place: string, more: object): Told => ({
    method,
    path: `/v2/integration/${place}`,
    body: { user_id: playerId, timestamp, origin, ...more },
  });
  const money = (place: string, more: object): Told => ({
    method: 'POST',
    path: `/v2/integration/${place}`,
    body: { user_id: playerId, timestamp, ...more },
  });
  const casino = (gameId: string, bet: number, win: number) => money('casino', { game_id: gameId, bet, win });
  const told: Told[] = [];
  const { data } = event;

  const payment = PAYMENTS[event.type];
  if (payment !== undefined && 'paymentId' in data) {
    const [payment_type, status] = payment;
    const { paymentId: payment_id, amount, currency } = data;
    told.push(money('payments', { payment_id, payment_type, status, amount: Number(amount), currency }));
  }
  const step = BONUSES[event.type];
  if (step !== undefined && 'bonusId' in data) told.push(money('bonus', { bonus_id: data.bonusId, event_type: step }));
  if (event.type === 'PlayerRegistered') {
    told.push(user('POST', 'user', ipAddress === undefined ? {} : { ip_address: ipAddress }));
  }
  if (event.type === 'PlayerLoggedIn') {
    told.push(user('POST', 'login', { is_impersonated: event.data.impersonated }));
  }
  if (event.type === 'ConsentsChanged') told.push(user('PUT', 'user/consents', {}));
  if (event.type === 'BlockPlaced' || event.type === 'BlockLifted') told.push(user('PUT', 'user/blocks', {}));
  if (event.type === 'PlayerDetailsChanged') told.push(user('PUT', 'user', {}));
  if (event.type === 'BetPlaced') told.push(casino(event.data.gameId, Number(event.data.amount), 0));
  if (event.type === 'WinCredited') told.push(casino(event.data.gameId, 0, Number(event.data.amount)));
  if (event.type === 'RoundPlayed') {
    told.push(casino(event.data.gameId, Number(event.data.bet.amount), Number(event.data.win.amount)));
  }
  if (event.type === 'TransactionRolledBack') {
    const { gameId, original, amount } = event.data;
    // Not `-Number(amount)`: what was nothing is 0, never -0.
    const undone = 0 - Number(amount);
    told.push(original === 'bet' ? casino(gameId, undone, 0) : casino(gameId, 0, undone));
  }
  if ('postings' in data && changesMoneyToPlayWith(playerId, data.postings)) {
    const { cash, bonus, currency } = data.balances;
    const balance = { cash: Math.max(0, Number(cash)), bonus: Math.max(0, Number(bonus)), currency };
    told.push(money('balances', { balance }));
  }
  return told;
}

type Leg = { readonly account: string; readonly side: 'debit' | 'credit'; readonly amount: string };

/** What counts is the net effect: a play that wins its stake back changes nothing. */
function changesMoneyToPlayWith(playerId: string, postings: readonly Leg[]): boolean {
  return ['cash', 'bonus'].some((name) => {
    const own = postings.filter(({ account }) => account === `player:${playerId}:${name}`);
    return own.reduce((sum, { side, amount }) => sum + minorUnits(amount) * (side === 'credit' ? 1n : -1n), 0n) !== 0n;
  });
}
