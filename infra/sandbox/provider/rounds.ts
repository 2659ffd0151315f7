import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { scale } from '../../../shared/money/money.js';
import type { Logger } from '../../../shared/telemetry/log.js';
import type { Answer } from '../http-call.js';
import { openJournal } from '../journal.js';
import { outcomeOf } from './paytable.js';
import { createRoundBook, type Round, type RoundBook, type RoundState } from './round-book.js';
import { callsOf, endOf, rollbackOf } from './round-calls.js';
import type { WalletCall, WalletClient } from './wallet-client.js';

export type Spin = {
  readonly playerId: string;
  readonly sessionId: string;
  readonly gameId: string;
  /** At the exponent of the currency. */
  readonly stake: string;
  readonly currency: string;
  /** `play` sends bet and win as one call. */
  readonly mode: 'bet_and_win' | 'play';
  /** In [0, 1): what the reels show. */
  readonly chance: number;
};

export type SpinResult =
  /** `settled: false`: the win is owed and will be sent until it is taken; the balance is the bet's. */
  | {
      readonly type: 'played';
      readonly round: Round;
      readonly balance: unknown;
      readonly settled: boolean;
    }
  /** The wallet said no. */
  | { readonly type: 'refused'; readonly answer: Answer }
  /** Nobody knows: a bet will be rolled back, a play sent until it is answered. */
  | { readonly type: 'unknown'; readonly round: Round };

export type Rounds = {
  spin(spin: Spin): Promise<SpinResult>;
  get(roundId: string): Round | undefined;
  openCount(): number;
  stop(): Promise<void>;
};

export type RoundsOptions = { readonly dataDir: string; readonly wallet: WalletClient; readonly logger: Logger };

/** Plays rounds and settles what was left open, also by a process that was killed. */
export async function openRounds({ dataDir, wallet, logger }: RoundsOptions): Promise<Rounds> {
  const book: RoundBook = createRoundBook();
  const journal = await openJournal(join(dataDir, 'provider.jsonl'), (line) => book.apply(JSON.parse(line) as Round));
  const stopping = new AbortController();
  const settling = new Set<Promise<void>>();

  // A call is written down before it is sent, so that a killed provider knows what may have happened.
  async function note(round: Round, state: RoundState, call: WalletCall | null): Promise<Round> {
    const next = { ...round, state, call };
    book.apply(next);
    await journal.append(JSON.stringify(next)).written;
    return next;
  }

  function settleLater(round: Round): void {
    const job = settle(round)
      .catch((error: unknown) => logger.error({ err: error, round }, 'a round could not be settled'))
      .finally(() => settling.delete(job));
    settling.add(job);
  }

  async function settle(round: Round): Promise<void> {
    if (round.call === null) return;
    // Nobody knows what became of the bet. Rolled back it is void either way.
    if (round.state === 'bet_sent') return settle(await note(round, 'rollback_owed', rollbackOf(round.call)));
    const answer = await wallet.insist(round.call, stopping.signal);
    if (answer === undefined) return;
    const state = endOf(round.state, answer);
    await note(round, state, null);
    logger.info(
      { roundId: round.round_id, was: round.state, state, status: answer.status },
      'a round was settled late',
    );
  }

  async function playAtOnce(round: Round, call: WalletCall): Promise<SpinResult> {
    const sent = await note(round, 'play_sent', call);
    const answer = await wallet.call(call);
    if (answer === undefined) {
      settleLater(sent);
      return { type: 'unknown', round: sent };
    }
    const ended = await note(sent, endOf('play_sent', answer), null);
    return isDone(answer) ? played(ended, answer, true) : { type: 'refused', answer };
  }

  async function betThenWin(round: Round, bet: WalletCall, win: WalletCall): Promise<SpinResult> {
    const betSent = await note(round, 'bet_sent', bet);
    const betAnswer = await wallet.call(bet);
    if (betAnswer === undefined) {
      settleLater(betSent);
      return { type: 'unknown', round: betSent };
    }
    if (!isDone(betAnswer)) {
      await note(betSent, 'refused', null);
      return { type: 'refused', answer: betAnswer };
    }
    const winOwed = await note(betSent, 'win_owed', win);
    const winAnswer = await wallet.call(win);
    // The bet was taken: whatever is wrong with our secret or clock, the win stays owed.
    if (winAnswer === undefined || winAnswer.status === 401) {
      settleLater(winOwed);
      return played(winOwed, betAnswer, false);
    }
    const ended = await note(winOwed, endOf('win_owed', winAnswer), null);
    return isDone(winAnswer) ? played(ended, winAnswer, true) : { type: 'refused', answer: winAnswer };
  }

  for (const round of book.open()) settleLater(round);

  return {
    spin(spin) {
      const { name, multiplier } = outcomeOf(spin.chance);
      const win = scale(spin.stake, String(multiplier));
      const roundId = `round-${randomUUID()}`;
      const calls = callsOf({ ...spin, roundId, win });
      const round: Round = {
        round_id: roundId,
        player_id: spin.playerId,
        transaction_ids: calls.transactionIds,
        stake: spin.stake,
        win,
        outcome: name,
        state: 'bet_sent',
        call: null,
      };
      return spin.mode === 'play' ? playAtOnce(round, calls.play) : betThenWin(round, calls.bet, calls.win);
    },
    get: (roundId) => book.get(roundId),
    openCount: () => book.open().length,
    async stop() {
      stopping.abort();
      await Promise.all(settling);
      await journal.close();
    },
  };
}

function isDone({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function played(round: Round, { body }: Answer, settled: boolean): SpinResult {
  const balance = typeof body === 'object' && body !== null && 'balance' in body ? body.balance : null;
  return { type: 'played', round, balance, settled };
}
