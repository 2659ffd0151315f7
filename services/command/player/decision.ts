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

/**
 * Decides for a registered player at a moment. What fell due before it (an expired bonus, a block that ended) is part
 * of the history first, so a late timer changes no outcome; if the decision appends nothing, neither does that.
 */
export function decideFor<Answer>(
  player: Player,
  now: Moment,
  catalogue: Catalogue,
  decide: (unfolding: Unfolding) => PlayerDecision<Answer>,
): PlayerDecision<Answer> {
  if (player.state.status === 'none') return reject({ type: 'PlayerNotFound' });
  const unfolding = unfold(player.playerId, player.state, player.past, now, catalogue);
  recordWhatIsDue(unfolding);
  const due = unfolding.events.length;
  const decision = decide(unfolding);
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

/** Answers without a new event: what was asked is already so. */
export function nothingNew<Answer>(answer: Answer): PlayerDecision<Answer> {
  return accept([], answer);
}

/** Answers with whatever the unfolding recorded. */
export function done<Answer>(unfolding: Unfolding, answer: Answer): PlayerDecision<Answer> {
  return accept(unfolding.events, answer);
}
