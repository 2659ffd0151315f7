import type { JsonObject } from '../../../../shared/event-store/event-store.js';
import type { Draft } from '../../../../shared/events/envelope.js';
import type { PlayerEventOf, PlayerEventType } from '../../../../shared/events/player-events.js';

/** A player who deposits and then plays without end, a decision at a time: bets, wins, rollbacks and plays of cash. */
export function* randomPlay(playerId: string, random: () => number): Generator<readonly Draft[], never> {
  let cash = 0;
  let count = 0;
  const currency = 'EUR';
  const own = `player:${playerId}:cash`;
  const text = (cents: number) => (cents / 100).toFixed(2);
  const draft = <T extends PlayerEventType>(type: T, data: PlayerEventOf<T>['data']): Draft => ({
    type,
    data: data as JsonObject,
  });
  const fact = (round: number) => ({
    ...{
      provider: 'mock',
      sessionId: `${playerId}-s`,
      gameId: 'slot_abc',
      roundId: `${playerId}-r-${round}`,
      currency,
    },
  });
  const toCash = (cents: number) => ({
    ...{ cash: text(cents), bonus: '0.00', converted: '0.00', cost: '0.00', userBonusId: null },
  });
  const move = (from: string, to: string, cents: number) => {
    if (from === own) cash -= cents;
    if (to === own) cash += cents;
    const leg = { amount: text(cents), currency };
    return {
      postings:
        cents === 0
          ? []
          : [
              { account: from, side: 'debit' as const, ...leg },
              { account: to, side: 'credit' as const, ...leg },
            ],
      balances: { cash: text(cash), bonus: '0.00', withdrawal: '0.00', currency },
      answer: { cash: text(cash), bonus: '0.00' },
    };
  };
  const deposit = (cents: number) => {
    count += 1;
    const payment = { paymentId: `${playerId}-p-${count}`, psp: 'fake', amount: text(cents), currency };
    return [
      draft('DepositRequested', payment),
      draft('DepositCompleted', { ...payment, pspReference: `ref-${count}`, ...move('psp:fake', own, cents) }),
    ];
  };
  const name = () => {
    count += 1;
    return `${playerId}-t-${count}`;
  };

  yield [
    draft('PlayerRegistered', { currency, profileRevision: 0 }),
    draft('GameSessionStarted', { sessionId: `${playerId}-s`, gameId: 'slot_abc', provider: 'mock' }),
  ];
  yield deposit(100_000);
  for (let round = 1; ; round += 1) {
    const stake = 1 + Math.floor(random() * 1_000);
    if (cash < stake) {
      yield deposit(100_000);
      continue;
    }
    const won = random() < 0.4 ? Math.floor(random() * 2_300) : 0;
    const funding = { cash: text(stake), bonus: '0.00', userBonusId: null };
    const bet = name();
    yield [
      draft('BetPlaced', {
        ...{ transactionId: bet, ...fact(round), amount: text(stake), funding, wagering: null },
        ...move(own, 'house:wagers:mock', stake),
      }),
    ];
    const reference = { transactionId: name(), referenceTransactionId: bet };
    yield random() < 0.05
      ? [
          draft('TransactionRolledBack', {
            ...{ ...reference, provider: 'mock', gameId: 'slot_abc', roundId: `${playerId}-r-${round}`, currency },
            ...{
              original: 'bet',
              sessionId: null,
              originalAt: null,
              reopenedBet: null,
              amount: text(stake),
              undone: toCash(stake),
            },
            ...move('house:wagers:mock', own, stake),
          }),
        ]
      : [
          draft('WinCredited', {
            ...{ ...reference, ...fact(round), amount: text(won), roundClosed: true, payout: toCash(won) },
            ...move('house:payouts:mock', own, won),
          }),
        ];
  }
}
