import type { EventStore } from '../../../shared/event-store/event-store.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { profileStream } from '../../../shared/ids/streams.js';
import { nothingNew, type PlayerDecision } from '../player/decision.js';
import { type Forgotten, forgetPlayer, wouldForget } from '../player/forgetting.js';
import type { Executed, Players } from './players.js';
import { emailOf } from './profiles.js';
import type { RequestContext } from './request-context.js';
import type { Reservations } from './reservations.js';

/** What forgetting would come to now: the decision, and how many streams of each kind would be deleted. */
export type Foresight = {
  readonly decision: PlayerDecision<Forgotten>;
  readonly streams: { readonly profile: number; readonly email: number };
};

export type Erasure = {
  /**
   * Forgets the person: the decision first, and only when that is durable the streams with personal data. Answers when
   * they are gone; asked again it finishes what was left.
   *
   * @throws as `Players.decide`, and StoreUnavailable when a stream could not be deleted yet.
   */
  forget(playerId: PlayerId, context: RequestContext): Promise<Executed<Forgotten>>;
  /** Changes nothing. */
  foresee(playerId: PlayerId, context: RequestContext): Promise<Executed<Foresight>>;
  /**
   * Deletes what a crash left of somebody who is forgotten; true when there was anything. The player's own stream has
   * the last word on whether they are: whoever calls may be wrong, and a deletion is for ever.
   */
  finish(playerId: PlayerId, context: RequestContext): Promise<boolean>;
};

export function createErasure(store: EventStore, players: Players, reservations: Reservations): Erasure {
  return {
    async forget(playerId, context) {
      const executed = await players.decide(playerId, context, forgetPlayer, { alsoForgotten: true });
      if (executed.decision.ok) await erase(playerId, executed.decision.answer);
      return executed;
    },

    async foresee(playerId, context) {
      const { decision, position } = await players.decide(playerId, context, wouldForget, { alsoForgotten: true });
      if (!decision.ok) return { decision, position };
      const foreseen = decision.answer;
      const streams = foreseen.ok ? await streamsOf(playerId, foreseen.answer) : { profile: 0, email: 0 };
      return { decision: nothingNew({ decision: foreseen, streams }), position };
    },

    async finish(playerId, context) {
      if (await store.isDeleted(profileStream(playerId))) return false;
      const ask = await players.decide(playerId, context, ({ state }) => nothingNew(state.forgotten), {
        alsoForgotten: true,
      });
      if (!ask.decision.ok || ask.decision.answer === null) return false;
      await erase(playerId, ask.decision.answer);
      return true;
    },
  };

  /**
   * The reservation goes before the profile, for only the profile knows the address: a crash between the two can still
   * find it. Who excluded themselves keep theirs, so that they cannot register again.
   */
  async function erase(playerId: PlayerId, { selfExcluded }: Forgotten): Promise<void> {
    const email = selfExcluded ? undefined : await emailOf(store, playerId);
    if (email !== undefined) await reservations.release(email, playerId);
    // Whatever was written to it since we read goes too, and nothing can be from now on.
    await store.deleteStream(profileStream(playerId));
  }

  async function streamsOf(playerId: PlayerId, { selfExcluded }: Forgotten): Promise<Foresight['streams']> {
    const email = await emailOf(store, playerId);
    if (email === undefined) return { profile: 0, email: 0 };
    const { reservation } = await reservations.find(email);
    return { profile: 1, email: !selfExcluded && reservation?.playerId === playerId ? 1 : 0 };
  }
}
