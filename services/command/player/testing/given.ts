import type { ExecutionContext } from 'ava';
import type { PlayerEvent } from '../../../../shared/events/player-events.js';
import { type PlayerId, parsePlayerId } from '../../../../shared/ids/ids.js';
import { isBalanced } from '../../../../shared/money/postings.js';
import { registerPlayer } from '../account.js';
import { decideFor, type PlayerDecision } from '../decision.js';
import { evolve } from '../evolve.js';
import { type Past, unarchivedPast } from '../past.js';
import type { Rejection } from '../rejection.js';
import { NO_PLAYER, type PlayerState } from '../state.js';
import { remember, type TransactionMemory, type TransactionRecord } from '../transactions.js';
import type { Unfolding } from '../unfolding.js';
import { CATALOGUE } from './test-catalogue.js';

export const NOW = '2026-01-02T12:00:00.000Z';
export const PLAYER = parsePlayerId('12345') as PlayerId;

export type Step<Answer = unknown> = (player: Unfolding) => PlayerDecision<Answer>;

/** A step at another moment than NOW. */
export type StepAt = { readonly at: string; readonly step: Step };

/** One player's history, as the command service would have it in memory. */
export type TestPlayer = {
  readonly events: readonly PlayerEvent[];
  state(): PlayerState;
  /** Decides at a moment and, when accepted, applies what it comes to. */
  run<Answer>(step: Step<Answer>, now?: string): PlayerDecision<Answer>;
};

export function registeredPlayer(currency = 'EUR'): TestPlayer {
  const transactions = new Map<string, TransactionRecord>();
  return playerIn({ transactions, past: unarchivedPast(transactions), keep: (state) => state }, currency);
}

/** The same, where the test says what the past is and what becomes of the state after each decision. */
export function playerIn(
  {
    transactions,
    past,
    keep,
  }: { readonly transactions: TransactionMemory; readonly past: Past; keep(state: PlayerState): PlayerState },
  currency = 'EUR',
): TestPlayer {
  const events: PlayerEvent[] = [];
  let state: PlayerState = NO_PLAYER;
  const apply = (news: readonly PlayerEvent[], now: string) => {
    for (const event of news) {
      if ('postings' in event.data && !isBalanced(event.data.postings))
        throw new Error(`${event.type} is not balanced`);
      state = evolve(state, event, now, past);
      remember(transactions, event, now);
      events.push(event);
    }
    state = keep(state);
  };
  const player = () => ({ playerId: PLAYER, state, past });
  const registered = registerPlayer(player(), { currency, profileRevision: 0 });
  if (registered.ok) apply(registered.events, NOW);
  return {
    events,
    state: () => state,
    run(step, now = NOW) {
      const decision = decideFor(player(), now, CATALOGUE, step);
      if (decision.ok) apply(decision.events, now);
      return decision;
    },
  };
}

/** given(what was accepted before).when(a decision).then…(whole events, nothing, a refusal, an answer). */
export function given(t: ExecutionContext, ...steps: readonly (Step | StepAt)[]) {
  const player = registeredPlayer();
  for (const step of steps) {
    const decision = typeof step === 'function' ? player.run(step) : player.run(step.step, step.at);
    t.true(decision.ok, decision.ok ? undefined : `a given step was refused: ${JSON.stringify(decision.rejection)}`);
  }
  return {
    when<Answer>(step: Step<Answer>, now = NOW) {
      const decision = player.run(step, now);
      const outcome = {
        thenEvents(...events: readonly PlayerEvent[]) {
          t.deepEqual(decision.ok ? decision.events : decision.rejection, events);
          return outcome;
        },
        /** Only the types, in order, where the contents are another test's. */
        thenTypes(...types: readonly PlayerEvent['type'][]) {
          t.deepEqual(decision.ok ? decision.events.map(({ type }) => type) : decision.rejection, types);
          return outcome;
        },
        thenNothing() {
          return outcome.thenEvents();
        },
        thenRejects(rejection: Rejection) {
          t.deepEqual(decision.ok ? decision.events : decision.rejection, rejection);
          return outcome;
        },
        thenAnswers(answer: Answer) {
          t.deepEqual(decision.ok ? decision.answer : decision.rejection, answer);
          return outcome;
        },
        thenBalances(cash: string, bonus = '0.00', withdrawal = '0.00') {
          const state = player.state();
          t.deepEqual(state.status === 'registered' ? state.balances : state, {
            cash,
            bonus,
            withdrawal,
            currency: 'EUR',
          });
          return outcome;
        },
      };
      return outcome;
    },
  };
}
