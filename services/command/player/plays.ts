import { reject } from '../../../shared/decider/decider.js';
import type { Amount } from '../../../shared/money/money.js';
import { answerAfter, type BalanceAnswer, visible } from './balance-answer.js';
import { fund, refusalOf, stakePostings } from './bets.js';
import { countWagering, loseEmptyBonus, wageringOf } from './bonus-lifecycle.js';
import { nothingNew, type PlayerDecision } from './decision.js';
import { moving, type Unfolding } from './unfolding.js';
import { payOut, payoutPostings } from './wins.js';

export type Play = {
  readonly provider: string;
  readonly sessionId: string;
  readonly gameId: string;
  readonly roundId: string;
  readonly currency: string;
  readonly roundClosed: boolean;
  readonly bet: { readonly transactionId: string; readonly amount: Amount };
  readonly win: { readonly transactionId: string; readonly amount: Amount };
};

/** A bet and its win in one event: both happen or neither. A kind of its own, also for idempotency. */
export function playRound(unfolding: Unfolding, play: Play): PlayerDecision<BalanceAnswer> {
  const { provider, sessionId, gameId, roundId, currency, roundClosed } = play;
  const seen = replayOf(unfolding, play);
  if (seen !== undefined) return seen;
  const stake = { provider, sessionId, gameId, amount: play.bet.amount, currency };
  const refusal = refusalOf(unfolding, stake);
  if (refusal !== undefined) return reject(refusal);

  const funding = fund(unfolding, play.bet.amount);
  const payout = payOut(unfolding, play.win.amount, { amount: play.bet.amount, funding });
  const wagering = wageringOf(unfolding, stake);
  const { postings, balances } = moving(unfolding, [
    ...stakePostings(unfolding, stake, funding),
    ...payoutPostings(unfolding, { provider, currency, amount: play.win.amount }, payout),
  ]);
  const event = {
    type: 'RoundPlayed',
    data: {
      provider,
      sessionId,
      gameId,
      roundId,
      currency,
      roundClosed,
      bet: { transactionId: play.bet.transactionId, amount: play.bet.amount, funding, wagering },
      win: { transactionId: play.win.transactionId, amount: play.win.amount, payout },
      postings,
      balances,
      answer: visible(unfolding),
    },
  } as const;
  return answerAfter(unfolding, event, () => {
    countWagering(unfolding, wagering);
    loseEmptyBonus(unfolding);
  });
}

/** Both ids seen with a play like this: its answer again. Any of them seen otherwise: refused. */
function replayOf({ past }: Unfolding, play: Play): PlayerDecision<BalanceAnswer> | undefined {
  const bet = past.transaction(play.provider, play.bet.transactionId);
  const win = past.transaction(play.provider, play.win.transactionId);
  if (bet === undefined && win === undefined) return undefined;
  if (bet?.kind === 'tombstone' || win?.kind === 'tombstone') return reject({ type: 'TransactionRolledBack' });
  const same =
    bet?.kind === 'bet' &&
    win?.kind === 'win' &&
    bet.playedWith === play.win.transactionId &&
    bet.amount === play.bet.amount &&
    win.amount === play.win.amount &&
    bet.currency === play.currency &&
    bet.gameId === play.gameId &&
    bet.roundId === play.roundId;
  return same
    ? nothingNew({ balance: bet.answer, currency: play.currency, replayed: true })
    : reject({ type: 'IdempotencyConflict' });
}
