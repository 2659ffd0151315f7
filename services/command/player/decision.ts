import { accept, type Decision, reject } from '../../../shared/decider/decider.js';
import type { PlayerEvent } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { recordWhatIsDue } from './due.js';
import type { Past } from './past.js';
import type { Rejection } from './rejection.js';
import type { PlayerState } from './state.js';
import type { Moment } from './time.js';
import { type Unfolding, unfold } from './unfolding.js';

/** Everything a decision may look at: data, the time of the request among it. */
export type Player = {
  readonly playerId: PlayerId;
  readonly state: PlayerState;
  readonly past: Past;
};

export type PlayerDecision<Answer> = Decision<PlayerEvent, Rejection, Answer>;

export type DecideOptions = {
  /**
   * The decision is taken of a forgotten player too: it settles what was there before (a win, a rollback, a PSP's
   * report), which is never refused. Left out, so unless somebody said so: whoever is forgotten is not found.
   */
  readonly alsoForgotten?: boolean;
};

/**
 * Decides for a registered player at a moment. What fell due before it (an expired bonus, a block that ended) is part
 * of the history first, so a late timer changes no outcome; if the decision appends nothing, neither does that.
 */
export function decideFor<Answer>(
  player: Player,
  now: Moment,
  catalogue: Catalogue,
  decide: (unfolding: Unfolding) => PlayerDecision<Answer>,
  { alsoForgotten = false }: DecideOptions = {},
): PlayerDecision<Answer> {
  if (player.state.status === 'none') return reject({ type: 'PlayerNotFound' });
  const unfolding = unfold(player.playerId, player.state, player.past, now, catalogue);
  recordWhatIsDue(unfolding);
  const due = unfolding.events.length;
  const decision = decide(unfolding);
  if (player.state.forgotten !== null && !alsoForgotten && !isOfSeenId(decision))
    return reject({ type: 'PlayerNotFound' });
  if (!decision.ok || unfolding.events.length === due) return decision.ok ? accept([], decision.answer) : decision;
  return accept(unfolding.events, decision.answer);
}

/** Records what has fallen due for a registered player by now, and nothing else; nothing when it is settled already. */
export function settleWhatIsDue(player: Player, now: Moment, catalogue: Catalogue): PlayerDecision<'settled'> {
  if (player.state.status === 'none') return reject({ type: 'PlayerNotFound' });
  const unfolding = unfold(player.playerId, player.state, player.past, now, catalogue);
  recordWhatIsDue(unfolding);
  return done(unfolding, 'settled');
}

/** An accepted transaction (or bonus) that was asked again: the answer is the first one. */
export function isReplay<Answer>(decision: PlayerDecision<Answer>): boolean {
  const answer: unknown = decision.ok ? decision.answer : undefined;
  return typeof answer === 'object' && answer !== null && 'replayed' in answer && answer.replayed === true;
}

/** An id that was seen before is answered as before, whoever it belongs to: again, as another's, or as burned. */
function isOfSeenId<Answer>(decision: PlayerDecision<Answer>): boolean {
  if (decision.ok) return isReplay(decision);
  return decision.rejection.type === 'IdempotencyConflict' || decision.rejection.type === 'TransactionRolledBack';
}

/** Answers without a new event: what was asked is already so. */
export function nothingNew<Answer>(answer: Answer): PlayerDecision<Answer> {
  return accept([], answer);
}

/** Answers with whatever the unfolding recorded. */
export function done<Answer>(unfolding: Unfolding, answer: Answer): PlayerDecision<Answer> {
  return accept(unfolding.events, answer);
}
