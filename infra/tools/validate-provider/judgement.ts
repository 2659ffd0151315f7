import { finalAnswer, isTaken, type Transaction, transactionsOf } from './transactions.js';
import type { Call } from './wire.js';

/** On a slow machine a few repeats cross with their answer; more is a provider that does not listen. */
const REPEATS_AFTER_THE_END_MAX = 3;

/** What the provider did wrong with the money of one player, whatever happened on the wire. In words for its developer. */
export function faultsOf(calls: readonly Call[]): readonly string[] {
  const transactions = transactionsOf(calls);
  if (!transactions.some(isOpening)) return ['no bet and no play came'];
  return transactions.flatMap((transaction) => [
    ...outcomeFaults(transaction, transactions),
    ...orderFaults(transaction, transactions, calls),
    ...repeatFaults(transaction),
  ]);
}

/** True when nothing is owed or open, so that there is nothing left to wait for. */
export function isAtRest(calls: readonly Call[]): boolean {
  const transactions = transactionsOf(calls);
  return transactions.some(isOpening) && transactions.every((one) => outcomeFaults(one, transactions).length === 0);
}

export function isOpening({ kind }: Transaction): boolean {
  return kind === 'bet' || kind === 'play';
}

function outcomeFaults(one: Transaction, all: readonly Transaction[]): readonly string[] {
  const { kind, id, roundId } = one;
  if (kind === 'bet') return betFaults(one, all);
  if (finalAnswer(one) === undefined) return [`the ${kind} ${id} was given up: repeat it until it is answered`];
  if (kind === 'play' && isTaken(one) && !closed(one, all)) return [openRound(roundId)];
  return [];
}

function betFaults(bet: Transaction, all: readonly Transaction[]): readonly string[] {
  if (all.some((one) => one.kind === 'rollback' && one.reference === bet.id && finalAnswer(one) !== undefined))
    return [];
  if (finalAnswer(bet) === undefined && !bet.tries.some(({ told }) => told?.status === 401)) {
    return [`the outcome of the bet ${bet.id} stayed unknown: repeat it, then roll it back`];
  }
  return isTaken(bet) && !closed(bet, all) ? [openRound(bet.roundId)] : [];
}

function closed({ roundId }: Transaction, all: readonly Transaction[]): boolean {
  return all.some((one) => one.roundId === roundId && one.closesRound && isTaken(one));
}

function openRound(roundId: string): string {
  return `the round ${roundId} stays open: close it by a win (of 0 when it is lost) with "round_closed": true`;
}

function orderFaults(one: Transaction, all: readonly Transaction[], calls: readonly Call[]): readonly string[] {
  if (one.kind === 'rollback') {
    const undone = all.find(({ kind, id }) => kind !== 'rollback' && id === one.reference);
    if (undone?.kind === 'play') return [`the play ${undone.id} was rolled back: a play is repeated instead`];
    const isOfRound = undone === undefined || undone.roundId === one.roundId;
    return isOfRound ? [] : [`the rollback ${one.id} names another round than the ${undone.kind} ${undone.id} is of`];
  }
  if (one.kind !== 'win') return [];
  const [first] = one.tries;
  const before = new Set(first === undefined ? [] : calls.slice(0, calls.indexOf(first)));
  const isOfBet = ({ kind, id }: Transaction) => kind === 'bet' && id === one.reference;
  const bet = all.find(isOfBet);
  const isKnown = bet?.tries.some((call) => before.has(call) && call.told?.status === 200) ?? false;
  if (!isKnown) return [`the win ${one.id} is of a bet that was not known to be taken: ${one.reference}`];
  const answer = finalAnswer(one);
  return answer === undefined || answer.status === 200 ? [] : [`the win ${one.id} was refused: ${answer.code}`];
}

function repeatFaults(one: Transaction): readonly string[] {
  const final = finalAnswer(one);
  if (final === undefined) return [];
  const repeats = one.tries.length - 1 - one.tries.findIndex(({ told }) => told === final);
  if (repeats <= REPEATS_AFTER_THE_END_MAX) return [];
  return [
    `the ${one.kind} ${one.id} was repeated ${repeats} times after its final answer, ${final.status} ${final.code}`,
  ];
}
