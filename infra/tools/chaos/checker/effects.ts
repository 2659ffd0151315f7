import { isDeepStrictEqual } from 'node:util';
import { match } from 'ts-pattern';
import { z } from 'zod';
import type { Ledger, LedgerEvent } from './ledger.js';
import type { Call } from './run-log.js';

/** What calls did, found in the ledger. */
export type Effects = {
  /** The events that this call led to; one that merely follows from them (a queued bonus that is granted) is none. */
  of(call: Call): readonly LedgerEvent[];
};

const told = z.object({ session_id: z.string(), token: z.string() }).partial();
const claims = z.object({ jti: z.string() });

export function createEffects({ players, profiles }: Ledger): Effects {
  const byTransaction = new Map<string, LedgerEvent[]>();
  for (const event of [...players.values()].flat()) {
    for (const id of transactionIds(event)) byTransaction.set(id, [...(byTransaction.get(id) ?? []), event]);
  }
  const playersOf = new Map<string, string[]>();
  for (const [playerId, { email }] of profiles) playersOf.set(email, [...(playersOf.get(email) ?? []), playerId]);

  return {
    of({ playerId, wish, answer }) {
      const own = players.get(playerId ?? '') ?? [];
      const { session_id, token } = told.safeParse(answer).data ?? {};
      return match(wish)
        .with({ kind: 'register' }, ({ email }) =>
          (playersOf.get(email) ?? [])
            .flatMap((id) => players.get(id) ?? [])
            .filter(({ type }) => type === 'PlayerRegistered'),
        )
        .with({ kind: 'login' }, () =>
          own.filter(({ type, data }) => type === 'PlayerLoggedIn' && data.loginId === loginIn(token)),
        )
        .with({ kind: 'session' }, () =>
          own.filter(({ type, data }) => type === 'GameSessionStarted' && data.sessionId === session_id),
        )
        .with({ kind: 'consents' }, ({ consents }) =>
          own.filter(({ type, data }) => type === 'ConsentsChanged' && isDeepStrictEqual(data.consents, consents)),
        )
        .with({ kind: 'block' }, ({ until }) =>
          own.filter(({ type, data }) => type === 'BlockPlaced' && data.until === until),
        )
        .with({ kind: 'lift' }, ({ until }) => {
          const placed = own.findIndex(({ type, data }) => type === 'BlockPlaced' && data.until === until);
          const after = placed < 0 ? [] : own.slice(placed + 1);
          const next = after.findIndex(({ type }) => type === 'BlockPlaced');
          return after.slice(0, next < 0 ? undefined : next).filter(({ type }) => type === 'BlockLifted');
        })
        .with({ kind: 'limit' }, ({ amount }) =>
          own.filter(({ type, data }) => type === 'LimitChanged' && data.amount === amount),
        )
        .with({ kind: 'deposit' }, ({ amount }) =>
          own.filter(({ type, data }) => type === 'DepositRequested' && data.amount === amount),
        )
        .with({ kind: 'payment' }, ({ paymentId }) =>
          own.filter(({ type, data }) => type === 'DepositCompleted' && data.paymentId === paymentId),
        )
        .with({ kind: 'withdrawal' }, ({ amount }) =>
          own.filter(({ type, data }) => type === 'WithdrawalRequested' && data.amount === amount),
        )
        .with({ kind: 'bonus' }, ({ reference }) => credits(own, reference))
        .with({ kind: 'bet' }, { kind: 'win' }, { kind: 'play' }, { kind: 'rollback' }, ({ transactionId }) =>
          (byTransaction.get(transactionId) ?? []).filter((event) => own.includes(event)),
        )
        .exhaustive();
    },
  };
}

/** The provider's ids in an event. */
export function transactionIds(event: LedgerEvent): readonly string[] {
  if (event.type === 'RoundPlayed') return [event.data.bet.transactionId, event.data.win.transactionId];
  return 'transactionId' in event.data ? [event.data.transactionId] : [];
}

/** One event a credit: where it was queued first, its grant follows from that, and only a second grant is one too many. */
function credits(own: readonly LedgerEvent[], reference: string): readonly LedgerEvent[] {
  const credited = own.filter(
    ({ type, data }) =>
      (type === 'BonusGranted' || type === 'BonusQueued') && data.fastTrackReferences.id === reference,
  );
  const queued = credited.filter(({ type }) => type === 'BonusQueued');
  const granted = credited.filter(({ type }) => type === 'BonusGranted');
  return queued.length === 0 ? granted : [...queued, ...granted.slice(1)];
}

/** The login that a token speaks for; whether it is signed is not our business. */
function loginIn(token: string | undefined): string | undefined {
  try {
    const payload = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8');
    return claims.parse(JSON.parse(payload)).jti;
  } catch {
    return undefined;
  }
}
