import { read } from '../minor-units.js';
import type { CommandOf } from '../script.js';
import { capOf, count, countsFor, loseIfEmpty, reasonsOf, templateOf } from './bonuses.js';
import { refusalOfLimits, spend } from './limits.js';
import type { Answer, Legs, ModelTransaction } from './model-player.js';
import {
  accept,
  amount,
  type Moves,
  move,
  note,
  type Outcome,
  type PredictedEvent,
  refuse,
  type Turn,
  visible,
} from './turn.js';

type Bet = Extract<ModelTransaction, { kind: 'bet' }>;
type Win = Extract<ModelTransaction, { kind: 'win' }>;

const COST = 'house:bonus-cost';

export function bet(turn: Turn, command: CommandOf<'bet'>): Outcome {
  const { transactionId, provider, sessionId, gameId, roundId, currency } = command;
  const minor = read(command.amount);
  const seen = seenAt(turn, provider, transactionId);
  if (seen?.kind === 'tombstone') return refuse('TransactionRolledBack');
  if (seen !== undefined) {
    const same = seen.kind === 'bet' && seen.playedWith === null && isSame(seen, command) && seen.amount === minor;
    return same ? replay(seen.answer, currency) : refuse('IdempotencyConflict');
  }
  const refusal = refusalOfStake(turn, command, minor);
  if (refusal !== undefined) return refusal;

  const { fromBonus, userBonusId } = fundingOf(turn, minor);
  const counted = countsFor(turn, command, minor);
  const funding = fundingText(turn, minor, fromBonus, userBonusId);
  const wagering = countedText(turn, counted);
  const event = move(
    turn,
    'BetPlaced',
    { transactionId, provider, sessionId, gameId, roundId, currency, amount: command.amount, funding, wagering },
    { cash: fromBonus - minor, bonus: -fromBonus, [`house:wagers:${provider}`]: minor },
  );
  useSession(turn, sessionId);
  spend(turn, turn.now, { wager: minor, loss: minor - fromBonus });
  if (userBonusId !== null) openBet(turn, key(provider, transactionId), userBonusId);
  count(turn, counted, 1);
  loseIfEmpty(turn);
  const answer = answerIn(turn, event);
  remember(turn, provider, transactionId, {
    kind: 'bet',
    amount: minor,
    currency,
    gameId,
    roundId,
    sessionId,
    at: turn.now,
    fromBonus,
    userBonusId,
    counted,
    playedWith: null,
    wins: 0,
    answer,
    rolledBack: null,
  });
  return accept({ balance: answer, currency: turn.player.currency, replayed: false });
}

export function win(turn: Turn, command: CommandOf<'win'>): Outcome {
  const { transactionId, referenceTransactionId, provider, roundId, currency, gameId, sessionId } = command;
  const minor = read(command.amount);
  const seen = seenAt(turn, provider, transactionId);
  if (seen?.kind === 'tombstone') return refuse('TransactionRolledBack');
  if (seen !== undefined) {
    const same =
      seen.kind === 'win' &&
      seen.playedWith === null &&
      isSame(seen, command) &&
      seen.amount === minor &&
      seen.reference === referenceTransactionId;
    return same ? replay(seen.answer, currency) : refuse('IdempotencyConflict');
  }
  if (currency !== turn.player.currency) return refuse('CurrencyMismatch', { expected: turn.player.currency });
  const settled = seenAt(turn, provider, referenceTransactionId);
  if (settled?.kind === 'tombstone') return refuse('TransactionRolledBack');
  if (settled?.kind !== 'bet' || settled.roundId !== roundId) return refuse('TransactionNotFound');
  if (settled.rolledBack !== null) return refuse('TransactionRolledBack');

  const paid = payoutOf(turn, minor, settled);
  const event = move(
    turn,
    'WinCredited',
    {
      transactionId,
      referenceTransactionId,
      provider,
      sessionId,
      gameId,
      roundId,
      currency,
      amount: command.amount,
      roundClosed: command.roundClosed,
      payout: legsText(turn, paid),
    },
    payoutMoves(provider, minor, paid),
  );
  closeBet(turn, key(provider, referenceTransactionId));
  spend(turn, turn.now, { loss: -paid.cash });
  usedByBonus(turn, paid, 1);
  remember(turn, provider, referenceTransactionId, { ...settled, wins: settled.wins + 1 });
  loseIfEmpty(turn);
  const answer = answerIn(turn, event);
  remember(turn, provider, transactionId, {
    kind: 'win',
    reference: referenceTransactionId,
    amount: minor,
    currency,
    gameId,
    roundId,
    sessionId,
    at: turn.now,
    paid,
    playedWith: null,
    answer,
    rolledBack: null,
  });
  return accept({ balance: answer, currency, replayed: false });
}

/** Both or neither. */
export function play(turn: Turn, command: CommandOf<'play'>): Outcome {
  const { provider, sessionId, gameId, roundId, currency, roundClosed } = command;
  const stake = read(command.bet.amount);
  const won = read(command.win.amount);
  const seenBet = seenAt(turn, provider, command.bet.transactionId);
  const seenWin = seenAt(turn, provider, command.win.transactionId);
  if (seenBet !== undefined || seenWin !== undefined) {
    if (seenBet?.kind === 'tombstone' || seenWin?.kind === 'tombstone') return refuse('TransactionRolledBack');
    const same =
      seenBet?.kind === 'bet' &&
      seenWin?.kind === 'win' &&
      seenBet.playedWith === command.win.transactionId &&
      isSame(seenBet, command) &&
      seenBet.amount === stake &&
      seenWin.amount === won;
    return same ? replay(seenBet.answer, currency) : refuse('IdempotencyConflict');
  }
  const refusal = refusalOfStake(turn, command, stake);
  if (refusal !== undefined) return refusal;

  const { fromBonus, userBonusId } = fundingOf(turn, stake);
  const counted = countsFor(turn, command, stake);
  const paid = payoutOf(turn, won, { amount: stake, fromBonus, userBonusId });
  const event = move(
    turn,
    'RoundPlayed',
    {
      ...{ provider, sessionId, gameId, roundId, currency, roundClosed },
      bet: {
        ...command.bet,
        funding: fundingText(turn, stake, fromBonus, userBonusId),
        wagering: countedText(turn, counted),
      },
      win: { ...command.win, payout: legsText(turn, paid) },
    },
    sum(
      { cash: fromBonus - stake, bonus: -fromBonus, [`house:wagers:${provider}`]: stake },
      payoutMoves(provider, won, paid),
    ),
  );
  useSession(turn, sessionId);
  spend(turn, turn.now, { wager: stake, loss: stake - fromBonus - paid.cash });
  count(turn, counted, 1);
  loseIfEmpty(turn);
  const answer = answerIn(turn, event);
  const common = { currency, gameId, roundId, sessionId, at: turn.now, answer, rolledBack: null };
  remember(turn, provider, command.bet.transactionId, {
    ...{ kind: 'bet', ...common, amount: stake, fromBonus, userBonusId, counted },
    ...{ playedWith: command.win.transactionId, wins: 1 },
  });
  remember(turn, provider, command.win.transactionId, {
    ...{ kind: 'win', ...common, amount: won, reference: command.bet.transactionId, paid },
    playedWith: command.bet.transactionId,
  });
  return accept({ balance: answer, currency: turn.player.currency, replayed: false });
}

export function rollback(turn: Turn, command: CommandOf<'rollback'>): Outcome {
  const { player } = turn;
  const { provider, transactionId, referenceTransactionId, roundId } = command;
  const seen = seenAt(turn, provider, transactionId);
  if (seen !== undefined) {
    if (seen.kind === 'tombstone')
      return refuse(transactionId === referenceTransactionId ? 'TransactionNotFound' : 'TransactionRolledBack');
    if (seen.kind !== 'rollback' && seen.kind !== 'rollback_of_nothing') return refuse('IdempotencyConflict');
    if (seen.reference !== referenceTransactionId || seen.roundId !== roundId) return refuse('IdempotencyConflict');
    return seen.kind === 'rollback' ? replay(seen.answer, player.currency) : refuse('TransactionNotFound');
  }
  const original = seenAt(turn, provider, referenceTransactionId);
  if (original === undefined) {
    note(turn, 'RollbackTombstoned', { transactionId, referenceTransactionId, provider, roundId });
    remember(turn, provider, transactionId, {
      ...{ kind: 'rollback_of_nothing', reference: referenceTransactionId, roundId },
    });
    remember(turn, provider, referenceTransactionId, { kind: 'tombstone' });
    return accept('tombstoned');
  }
  if ((original.kind !== 'bet' && original.kind !== 'win') || original.roundId !== roundId)
    return refuse('TransactionNotFound');
  if (original.rolledBack !== null)
    return accept({ balance: original.rolledBack, currency: player.currency, replayed: false });
  if (original.kind === 'bet' && original.wins > 0) return refuse('TransactionAlreadySettled');

  const undone = original.kind === 'bet' ? givenBack(turn, original) : takenBack(turn, original);
  const reopened = original.kind === 'win' ? reopenedBy(turn, provider, original) : null;
  const event = move(
    turn,
    'TransactionRolledBack',
    {
      ...{ transactionId, referenceTransactionId, provider, roundId, currency: player.currency },
      ...{ gameId: original.gameId, original: original.kind, sessionId: original.sessionId, originalAt: original.at },
      ...{ reopenedBet: reopened, amount: amount(turn, original.amount), undone: legsText(turn, undone) },
    },
    original.kind === 'bet'
      ? {
          ...{ cash: undone.cash + undone.converted, bonus: undone.bonus, [COST]: undone.cost },
          [`house:wagers:${provider}`]: -original.amount,
        }
      : negative(payoutMoves(provider, original.amount, undone)),
  );
  // In the hour of what is rolled back.
  const taken = original.kind === 'bet' ? { wager: -original.amount, loss: -undone.cash } : { loss: undone.cash };
  spend(turn, original.at, taken);
  if (original.kind === 'bet') {
    closeBet(turn, key(provider, referenceTransactionId));
  } else {
    usedByBonus(turn, undone, -1);
    if (reopened !== null && undone.userBonusId !== null) openBet(turn, key(provider, reopened), undone.userBonusId);
    const paidFor = seenAt(turn, provider, original.reference);
    if (paidFor?.kind === 'bet') remember(turn, provider, original.reference, { ...paidFor, wins: paidFor.wins - 1 });
  }
  if (original.kind === 'bet') count(turn, original.counted, -1);
  loseIfEmpty(turn);
  const answer = answerIn(turn, event);
  remember(turn, provider, referenceTransactionId, { ...original, rolledBack: answer });
  remember(turn, provider, transactionId, { kind: 'rollback', reference: referenceTransactionId, roundId, answer });
  return accept({ balance: answer, currency: player.currency, replayed: false });
}

/** currency → block → session → cash below zero → limits → bonus max bet → funds. */
function refusalOfStake(turn: Turn, command: CommandOf<'bet' | 'play'>, minor: number): Outcome | undefined {
  const { player } = turn;
  const { provider, sessionId, currency } = command;
  if (currency !== player.currency) return refuse('CurrencyMismatch', { expected: player.currency });
  if (player.blocks.length > 0) return refuse('PlayerBlocked', { reasons: reasonsOf(turn) });
  if (player.ended.get(sessionId)?.provider === provider) return refuse('SessionEnded');
  if (!player.open.some((session) => session.sessionId === sessionId && session.provider === provider))
    return refuse('SessionNotFound');
  const insufficient = { balance: visible(turn), currency: player.currency };
  if (player.cash < 0) return refuse('InsufficientFunds', insufficient);
  const limited = refusalOfLimits(turn, { wager: minor, loss: minor - fundingOf(turn, minor).fromBonus });
  if (limited !== undefined) return limited;
  if (player.active !== null) {
    const bonus = player.bonuses.get(player.active.userBonusId);
    const maxBet = bonus === undefined ? null : templateOf(bonus.bonusId).currencies[player.currency]?.maxBet;
    if (maxBet !== null && maxBet !== undefined && minor > read(maxBet))
      return refuse('BonusBetLimitExceeded', { maxBet, currency: player.currency });
  }
  return minor > player.cash + player.bonus ? refuse('InsufficientFunds', insufficient) : undefined;
}

function fundingOf(
  { player }: Turn,
  stake: number,
): { readonly fromBonus: number; readonly userBonusId: string | null } {
  const bonus = player.active === null ? undefined : player.bonuses.get(player.active.userBonusId);
  if (player.active === null || bonus === undefined) return { fromBonus: 0, userBonusId: null };
  const bonusFirst = templateOf(bonus.bonusId).stakeOrder === 'bonus_first';
  const fromBonus = bonusFirst ? Math.min(stake, player.bonus) : Math.max(0, stake - player.cash);
  return { fromBonus, userBonusId: fromBonus > 0 ? player.active.userBonusId : null };
}

/** In proportion to the stake; the bonus part rounded down, and then where its bonus is. */
function payoutOf(
  { player }: Turn,
  won: number,
  stake: { readonly amount: number; readonly fromBonus: number; readonly userBonusId: string | null },
): Legs {
  const part = Math.floor((won * stake.fromBonus) / stake.amount);
  const paid = { cash: won - part, bonus: 0, converted: 0, cost: 0, userBonusId: stake.userBonusId };
  const bonus = stake.userBonusId === null ? undefined : player.bonuses.get(stake.userBonusId);
  if (bonus === undefined || part === 0) return paid;
  if (bonus.status === 'active') return { ...paid, bonus: part };
  if (bonus.status !== 'completed') return { ...paid, cost: part };
  // A sticky bonus's own amount is the house's, also when it was still staked as the bonus completed.
  const owed = templateOf(bonus.bonusId).sticky ? Math.max(0, bonus.amount - bonus.toHouse) : 0;
  const room = Math.max(0, capOf(bonus) - bonus.converted);
  const converted = Math.min(Math.max(0, part - owed), room);
  return { ...paid, converted, cost: part - converted };
}

/** A stake goes back to where it came from; its bonus part to where its bonus is now. */
function givenBack({ player }: Turn, { amount: stake, fromBonus, userBonusId }: Bet): Legs {
  const back = { cash: stake - fromBonus, bonus: 0, converted: 0, cost: 0, userBonusId };
  const status = userBonusId === null ? undefined : player.bonuses.get(userBonusId)?.status;
  if (status === 'active') return { ...back, bonus: fromBonus };
  return status === 'completed' ? { ...back, converted: fromBonus } : { ...back, cost: fromBonus };
}

/** A win is taken from where it is now; what the bonus account lacks, the house bears. */
function takenBack({ player }: Turn, { paid }: Win): Legs {
  const status = paid.userBonusId === null ? undefined : player.bonuses.get(paid.userBonusId)?.status;
  const bonus = status === 'active' ? Math.min(paid.bonus, player.bonus) : 0;
  const fromCash = status === 'completed' ? paid.bonus : 0;
  return { ...paid, bonus, converted: paid.converted + fromCash, cost: paid.cost + paid.bonus - bonus - fromCash };
}

function reopenedBy(turn: Turn, provider: string, { reference }: Win): string | null {
  const paidFor = seenAt(turn, provider, reference);
  return paidFor?.kind === 'bet' && paidFor.wins === 1 ? reference : null;
}

/** A late win uses up the cap of its completed bonus; its rollback frees that again. */
function usedByBonus({ player, journal }: Turn, { userBonusId, converted, cost }: Legs, sign: 1 | -1): void {
  const bonus = userBonusId === null ? undefined : player.bonuses.get(userBonusId);
  if (userBonusId === null || bonus?.status !== 'completed') return;
  journal.put(player.bonuses, userBonusId, {
    ...bonus,
    converted: Math.max(0, bonus.converted + sign * converted),
    toHouse: Math.max(0, bonus.toHouse + sign * cost),
  });
}

function openBet({ player, journal }: Turn, bet: string, userBonusId: string): void {
  const { active } = player;
  if (active?.userBonusId === userBonusId)
    journal.change(player, { active: { ...active, open: [...active.open, bet] } });
}

function closeBet({ player, journal }: Turn, bet: string): void {
  const { active } = player;
  if (active?.open.includes(bet))
    journal.change(player, { active: { ...active, open: active.open.filter((each) => each !== bet) } });
}

function useSession({ player, journal, now }: Turn, sessionId: string): void {
  journal.change(player, {
    open: player.open.map((session) => (session.sessionId === sessionId ? { ...session, lastUsedAt: now } : session)),
  });
}

function seenAt({ player }: Turn, provider: string, transactionId: string): ModelTransaction | undefined {
  return player.transactions.get(key(provider, transactionId));
}

function remember({ player, journal }: Turn, provider: string, transactionId: string, seen: ModelTransaction): void {
  journal.put(player.transactions, key(provider, transactionId), seen);
}

function key(provider: string, transactionId: string): string {
  return `${provider} ${transactionId}`;
}

/** What both kinds compare; the session and whether the round is closed are not compared. */
function isSame(seen: Bet | Win, { currency, gameId, roundId }: CommandOf<'bet' | 'win' | 'play'>): boolean {
  return seen.currency === currency && seen.gameId === gameId && seen.roundId === roundId;
}

function replay(answer: Answer, currency: string): Outcome {
  return accept({ balance: answer, currency, replayed: true });
}

/** What the provider is told is the balance after everything that followed, and the event keeps it. */
function answerIn(turn: Turn, event: PredictedEvent): Answer {
  const answer = visible(turn);
  event.data.answer = answer;
  return answer;
}

function payoutMoves(provider: string, won: number, { cash, bonus, converted, cost }: Legs): Moves {
  return { cash: cash + converted, bonus, [COST]: cost, [`house:payouts:${provider}`]: -won };
}

function negative(moves: Moves): Moves {
  return Object.fromEntries(Object.entries(moves).map(([account, minor]) => [account, -minor]));
}

function sum(one: Moves, other: Moves): Moves {
  const total: { [account: string]: number } = { ...one };
  for (const [account, minor] of Object.entries(other)) total[account] = (total[account] ?? 0) + minor;
  return total;
}

function fundingText(turn: Turn, stake: number, fromBonus: number, userBonusId: string | null) {
  return { cash: amount(turn, stake - fromBonus), bonus: amount(turn, fromBonus), userBonusId };
}

function countedText(turn: Turn, counted: Bet['counted']) {
  return counted === null ? null : { userBonusId: counted.userBonusId, amount: amount(turn, counted.amount) };
}

function legsText(turn: Turn, { cash, bonus, converted, cost, userBonusId }: Legs) {
  return {
    cash: amount(turn, cash),
    bonus: amount(turn, bonus),
    converted: amount(turn, converted),
    cost: amount(turn, cost),
    userBonusId,
  };
}
