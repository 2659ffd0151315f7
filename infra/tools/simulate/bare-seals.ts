import { NO_HASH, seal } from '../../../shared/events/envelope.js';

const SEALS = 20_000;

/** A bet, as large as one is. */
const BET = {
  type: 'BetPlaced',
  data: {
    ...{ transactionId: 't1', provider: 'mock', sessionId: 's1', gameId: 'slot', roundId: 'r1', currency: 'EUR' },
    ...{ amount: '1.00', funding: { cash: '1.00', bonus: '0.00', userBonusId: null }, wagering: null },
    postings: [
      { account: 'player:101:cash', side: 'debit', amount: '1.00', currency: 'EUR' },
      { account: 'house:wagers:mock', side: 'credit', amount: '1.00', currency: 'EUR' },
    ],
    balances: { cash: '9.00', bonus: '0.00', withdrawal: '0.00', currency: 'EUR' },
    answer: { cash: '9.00', bonus: '0.00' },
  },
};

/** How many events a second this machine seals just now: what the steps a second are to be read against. */
export function bareSealsPerSecond(): number {
  const at = '2026-01-02T12:00:00.000Z';
  const context = { schemaVersion: 3, occurredAt: at, recordedAt: at, correlationId: 'c', actor: 'simulation' };
  const began = process.cpuUsage();
  for (let n = 0; n < SEALS; n += 1)
    seal('player-101', { revision: n, hash: NO_HASH }, [BET], { ...context, causationId: `request-${n}` });
  return perSecond(SEALS, began);
}

/** Of this process's own time: others on the machine do not count. */
export function perSecond(count: number, began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return Math.round((count * 1e6) / Math.max(1, user + system));
}
