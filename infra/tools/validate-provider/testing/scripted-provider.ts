import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sign } from '../../../../shared/http/signature.js';
import { callHttp, isTransient } from '../../../sandbox/http-call.js';
import type { PlayRound } from '../validate.js';

/** What a provider can get wrong; without any of it, this one does what docs/provider-api.md says. */
export type Wrongs = {
  readonly signsOtherBytes?: boolean;
  readonly sendsNumbers?: boolean;
  readonly sendsThreeDecimals?: boolean;
  readonly forgetsAField?: boolean;
  readonly repeatsWithNewIds?: boolean;
  readonly repeatsWithOtherContent?: boolean;
  readonly countsIdsPerPlayer?: boolean;
  readonly neverRollsBack?: boolean;
  readonly rollsBackOnce?: boolean;
  readonly rollsBackUntil200?: boolean;
  readonly rollsBackAnotherRound?: boolean;
  readonly paysUnknownBets?: boolean;
  readonly paysRefusedBets?: boolean;
  readonly repeatsRefusals?: boolean;
  readonly losesWins?: boolean;
  readonly rollsBackOwedWins?: boolean;
  readonly leavesLostRoundsOpen?: boolean;
  readonly mixesRounds?: boolean;
};

export const PROVIDER = { id: 'mock', secret: 'a-secret-of-the-tests' } as const;
/** A busy machine must not look like a lost answer; silences of the wire are cut at once. */
const TIMEOUT_MS = 60_000;
const PAUSE_MS = 5;
const TRIES_MAX = 3;
/** Where a right provider would go on for ever, no test needs more. */
const INSISTING_MAX = 8;

type Body = { readonly [field: string]: unknown };

/** A game provider of a few lines, which asks this wallet. A round is answered when there is nothing left to do for it. */
export function scriptedProvider(walletUrl: string, wrongs: Wrongs = {}): PlayRound {
  const newId = wrongs.countsIdsPerPlayer === true ? counter() : (kind: string) => `${kind}-${randomUUID()}`;

  async function once(action: string, body: Body): Promise<number | undefined> {
    const path = `/provider/v1/${action}`;
    const raw = JSON.stringify(body, undefined, wrongs.signsOtherBytes === true ? 1 : 0);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = sign(PROVIDER.secret, { timestamp, method: 'POST', path, body: JSON.stringify(body) });
    const headers = { 'X-Provider-Id': PROVIDER.id, 'X-Timestamp': timestamp, 'X-Signature': signature };
    const url = `${walletUrl}${path}`;
    const answer = await callHttp({ method: 'POST', url, headers, body: raw, timeoutMs: TIMEOUT_MS });
    return answer === undefined || isTransient(answer.status) ? undefined : answer.status;
  }

  /** The final status; undefined when it is still unknown after so many tries. */
  async function call(action: string, first: Body, triesMax: number): Promise<number | undefined> {
    let body = first;
    for (let tries = 1; tries <= triesMax; tries += 1) {
      const status = await once(action, body);
      if (status !== undefined) return status;
      await wait(PAUSE_MS);
      if (wrongs.repeatsWithNewIds === true) body = { ...body, transaction_id: newId(action) };
      if (wrongs.repeatsWithOtherContent === true && action !== 'rollback')
        body = { ...body, game_id: `${first.game_id}-${tries}` };
    }
    return undefined;
  }

  async function rollBack(bet: Body): Promise<void> {
    const { transaction_id: reference_transaction_id, player_id } = bet;
    const round_id = wrongs.rollsBackAnotherRound === true ? 'another' : bet.round_id;
    const body = { transaction_id: newId('rollback'), reference_transaction_id, player_id, round_id };
    const status = await call('rollback', body, wrongs.rollsBackOnce === true ? 1 : INSISTING_MAX);
    for (let more = 0; wrongs.rollsBackUntil200 === true && status !== 200 && more < INSISTING_MAX; more += 1) {
      await once('rollback', body);
    }
  }

  return async ({ playerId, sessionId }) => {
    const round_id = wrongs.mixesRounds === true ? 'the-round' : `round-${randomUUID()}`;
    const ids = { player_id: playerId, session_id: sessionId, game_id: 'slot_abc', round_id, currency: 'EUR' };
    const bet = { transaction_id: newId('bet'), ...ids, amount: amountOf(wrongs) };
    const { game_id: _, ...incomplete } = bet;
    const status = await call('bet', wrongs.forgetsAField === true ? incomplete : bet, TRIES_MAX);
    if (status === undefined && wrongs.neverRollsBack !== true) await rollBack(bet);
    if (status === 422 && wrongs.repeatsRefusals === true)
      for (let n = 0; n < INSISTING_MAX; n += 1) await once('bet', bet);
    const isPaid =
      status === 200 ||
      (status === undefined && wrongs.paysUnknownBets === true) ||
      (status === 422 && wrongs.paysRefusedBets === true);
    if (!isPaid || wrongs.leavesLostRoundsOpen === true) return 'done';
    const reference_transaction_id = bet.transaction_id;
    const win = { ...bet, transaction_id: newId('win'), reference_transaction_id, amount: '0.00', round_closed: true };
    const isInsisting = wrongs.losesWins !== true && wrongs.rollsBackOwedWins !== true;
    const paid = await call('win', win, isInsisting ? INSISTING_MAX : 1);
    if (paid === undefined && wrongs.rollsBackOwedWins === true) await rollBack(bet);
    return 'done';
  };
}

function amountOf({ sendsNumbers, sendsThreeDecimals }: Wrongs): number | string {
  if (sendsThreeDecimals === true) return '1.005';
  return sendsNumbers === true ? 1.5 : '1.50';
}

function counter(): (kind: string) => string {
  const counts = new Map<string, number>();
  return (kind) => {
    counts.set(kind, ((counts.get(kind) ?? 0) + 1) % 2);
    return `${kind}-${counts.get(kind)}`;
  };
}
