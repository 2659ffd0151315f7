import test from 'ava';
import fc from 'fast-check';
import { nativeMessages as routes } from '../../../infra/sandbox/fast-track/native-messages.js';
import { heavy } from '../../../infra/testing/heavy.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import { add, parseAmount, subtract } from '../../../shared/money/money.js';
import { credit, debit, legs } from '../../../shared/money/postings.js';
import { readStored } from '../intake/read-arrival.js';
import { player, story } from '../tests/stories.js';
import { TEST_BRAND } from '../tests/test-brand.js';
import { createNativeMessages } from './native.js';

// Goal: whatever is staked, won or taken back, in any currency, the parts of each casino message sum to its amount, and
// its balances differ by what the player paid or got. Method: events drawn with the split of their legs, as command
// records them; staging judges, and this file does the sums once more in whole minor units.

const ID = player(12345);
const [CASH, BONUS] = [`player:${ID}:cash`, `player:${ID}:bonus`];
const DECIMALS = { EUR: 2, JPY: 0, KWD: 3 } as const;
type Currency = keyof typeof DECIMALS;

/** An amount in its minor units: cash leg, bonus leg, and what the house keeps of a bonus that ended. */
const parts = fc.record({ cash: fc.nat(10_000_000), bonus: fc.nat(10_000_000), cost: fc.nat(1_000_000) });
type Parts = { readonly cash: number; readonly bonus: number; readonly cost: number };

const drawn = fc.record({
  currency: fc.constantFrom<Currency>('EUR', 'JPY', 'KWD'),
  kind: fc.constantFrom('bet', 'win', 'play', 'bet rolled back', 'win rolled back'),
  stake: parts.map(({ cash, bonus }) => ({ cash: cash + 1, bonus, cost: 0 })),
  payout: parts,
  after: fc.record({ cash: fc.integer({ min: -1_000_000, max: 50_000_000 }), bonus: fc.nat(50_000_000) }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function write(minor: number, currency: Currency): string {
  const decimals = DECIMALS[currency];
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${minor < 0 ? '-' : ''}${digits.slice(0, point)}${decimals === 0 ? '' : `.${digits.slice(point)}`}`;
}

const total = ({ cash, bonus, cost }: Parts) => cash + bonus + cost;

function eventOf({ currency, kind, stake, payout, after }: Drawn): PlayerEvent {
  const amount = (minor: number) => write(minor, currency);
  const leg = (side: typeof debit, house: string, { cash, bonus, cost }: Parts) => [
    ...legs(
      side(CASH, amount(cash), currency),
      side(BONUS, amount(bonus), currency),
      side('house:bonus-cost', amount(cost), currency),
      (side === debit ? credit : debit)(house, amount(cash + bonus + cost), currency),
    ),
  ];
  const split = { cash: amount(0), bonus: amount(0), userBonusId: null };
  const paid = { ...split, converted: amount(0), cost: amount(0) };
  const round = { provider: 'mock', sessionId: 's', gameId: 'slot_abc', roundId: 'r', currency };
  const balances = { cash: amount(after.cash), bonus: amount(after.bonus), withdrawal: amount(0), currency };
  const end = { balances, answer: { cash: balances.cash, bonus: balances.bonus } };
  const bet = { transactionId: 'b', amount: amount(total(stake)), funding: split, wagering: null };
  const win = { transactionId: 'w', amount: amount(total(payout)), payout: paid };
  const staked = leg(debit, 'house:wagers:mock', stake);
  const won = leg(credit, 'house:payouts:mock', payout);
  if (kind === 'bet') return { type: 'BetPlaced', data: { ...round, ...bet, postings: staked, ...end } };
  if (kind === 'win') {
    const data = { ...round, ...win, referenceTransactionId: 'b', roundClosed: true, postings: won, ...end };
    return { type: 'WinCredited', data };
  }
  if (kind === 'play') {
    return {
      type: 'RoundPlayed',
      data: { ...round, roundClosed: true, bet, win, postings: [...staked, ...won], ...end },
    };
  }
  const original = kind === 'bet rolled back' ? 'bet' : 'win';
  const postings =
    original === 'bet' ? leg(credit, 'house:wagers:mock', stake) : leg(debit, 'house:payouts:mock', payout);
  return {
    type: 'TransactionRolledBack',
    data: {
      ...{ transactionId: 'x', referenceTransactionId: original, ...round, original, postings, ...end },
      ...{ amount: original === 'bet' ? bet.amount : win.amount, originalAt: null, reopenedBet: null, undone: null },
    },
  };
}

type Casino = { readonly [F in 'amount' | 'wager_amount' | 'bonus_wager_amount']: number } & {
  readonly [F in 'balance_before' | 'balance_after']: number;
} & { readonly type: 'Bet' | 'Win'; readonly status: string };

test('the parts of any casino message sum to its amount, and staging takes it', (t) => {
  const speak = createNativeMessages(TEST_BRAND);
  const schema = routes.find(({ path }) => path === '/v1/integration/casino')?.schema;
  t.truthy(schema);
  const property = fc.property(drawn, (one) => {
    const [stored] = story(ID, [eventOf(one)]);
    if (stored === undefined) throw new Error('a story of one event has one event');
    const messages = speak(readStored(stored).event, { origin: 'casino.example', ipAddress: undefined });
    const casino = messages.filter(({ path }) => path === '/v1/integration/casino');
    if (casino.length !== (one.kind === 'play' ? 2 : 1)) return false;
    const exact = (value: number) => {
      const parsed = parseAmount(String(Math.abs(value)), one.currency);
      if (!parsed.ok) throw new Error(`${value} is no amount`);
      return value < 0 ? subtract(subtract(parsed.amount, parsed.amount), parsed.amount) : parsed.amount;
    };
    return casino.every(({ body }) => {
      const said = JSON.parse(JSON.stringify(body)) as Casino;
      const given = said.type === 'Bet' ? one.stake : one.payout;
      const gains = (said.type === 'Win') === (said.status === 'Approved');
      const own = exact(Number(write(given.cash + given.bonus, one.currency)));
      const [before, after] = [exact(said.balance_before), exact(said.balance_after)];
      return (
        add(exact(said.wager_amount), exact(said.bonus_wager_amount)) === exact(said.amount) &&
        exact(said.amount) === write(total(given), one.currency) &&
        exact(said.wager_amount) === write(given.cash, one.currency) &&
        after === (gains ? add(before, own) : subtract(before, own)) &&
        schema?.safeParse(said).success === true
      );
    });
  });
  t.notThrows(() => fc.assert(property, { numRuns: heavy(5_000) }));
});
