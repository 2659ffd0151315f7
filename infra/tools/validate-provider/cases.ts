import { isOpening } from './judgement.js';
import { finalAnswer, isTaken, type Transaction } from './transactions.js';
import type { Fault } from './wire.js';

/** One story that is played with a player of its own. */
export type Case = {
  readonly id: string;
  readonly title: string;
  /** So many rounds are asked for at once. */
  readonly rounds: number;
  readonly isFunded: boolean;
  /** What happens to the `nth` call of this action. */
  readonly faultOf: (action: string, nth: number) => Fault | null;
  /** What else must be true of it; undefined when the provider never came into the situation. */
  readonly faultsOf: (transactions: readonly Transaction[]) => readonly string[] | undefined;
};

const never = () => null;
const nothing = () => [];

export const CASES: readonly Case[] = [
  {
    id: 'round',
    title: 'a round is played and closed',
    ...{ rounds: 1, isFunded: true, faultOf: never },
    faultsOf: (all) => (all.some((one) => isOpening(one) && isTaken(one)) ? [] : ['no bet was taken']),
  },
  {
    id: 'parallel',
    title: 'two rounds at once are two rounds',
    ...{ rounds: 2, isFunded: true, faultOf: never },
    faultsOf(all) {
      const rounds = new Set(all.filter(isOpening).map(({ roundId }) => roundId));
      return rounds.size === 2 ? [] : [`two rounds were asked for, ${rounds.size} came`];
    },
  },
  {
    id: 'refused',
    title: 'a refused bet is the end of it: no win, no repeats',
    ...{ rounds: 1, isFunded: false, faultOf: never },
    faultsOf: (all) =>
      all.some((one) => finalAnswer(one)?.code === 'insufficient_funds')
        ? []
        : ['no bet was refused for want of money'],
  },
  {
    id: 'bet-answer-lost',
    title: 'a bet whose answer is lost is repeated with its id, or rolled back',
    ...{ rounds: 1, isFunded: true, faultsOf: nothing },
    faultOf: (action, nth) => (isStake(action) && nth === 1 ? 'answer_lost' : null),
  },
  {
    id: 'bet-unavailable',
    title: 'a bet that is answered 503 or 502 is repeated with its id, or rolled back',
    ...{ rounds: 1, isFunded: true, faultsOf: nothing },
    faultOf: (action, nth) => (isStake(action) ? (([null, 'unavailable', 'bad_gateway'] as const)[nth] ?? null) : null),
  },
  {
    id: 'bet-unknown',
    title: 'a bet that was taken in silence is rolled back, until that is answered',
    ...{ rounds: 1, isFunded: true, faultsOf: nothing },
    faultOf(action, nth) {
      if (action === 'bet') return nth === 1 ? 'silence' : 'unavailable';
      if (action === 'play') return nth <= 4 ? 'answer_lost' : null;
      return action === 'rollback'
        ? (([null, 'answer_lost', 'unavailable', 'bad_gateway'] as const)[nth] ?? null)
        : null;
    },
  },
  {
    id: 'bet-never-arrived',
    title: 'a bet that never arrived is rolled back, and the 404 is taken for the end',
    ...{ rounds: 1, isFunded: true, faultsOf: nothing },
    faultOf(action, nth) {
      if (action === 'bet') return 'lost';
      return action === 'play' && nth <= 4 ? 'lost' : null;
    },
  },
  {
    id: 'win-owed',
    title: 'a win is repeated with its id until it is answered; its bet is not rolled back',
    ...{ rounds: 1, isFunded: true },
    faultOf: (action, nth) =>
      action === 'win' ? (([null, 'answer_lost', 'unavailable', 'lost', 'bad_gateway'] as const)[nth] ?? null) : null,
    faultsOf(all) {
      if (all.some(({ kind }) => kind === 'play') && !all.some(({ kind }) => kind === 'win')) return undefined;
      const wins = new Set(all.filter(({ kind }) => kind === 'win').map(({ reference }) => reference));
      return all
        .filter(({ kind, reference }) => kind === 'rollback' && wins.has(reference))
        .map(({ reference }) => `${reference} was rolled back, though a win of it was owed`);
    },
  },
];

function isStake(action: string): boolean {
  return action === 'bet' || action === 'play';
}
