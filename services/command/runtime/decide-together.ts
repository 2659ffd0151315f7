import type { EventToAppend } from '../../../shared/event-store/event-store.js';
import { seal } from '../../../shared/events/envelope.js';
import { PLAYER_SCHEMA_VERSION } from '../../../shared/events/player-events.js';
import type { PlayerId } from '../../../shared/ids/ids.js';
import { playerStream } from '../../../shared/ids/streams.js';
import { isReplay, type Player, type PlayerDecision } from '../player/decision.js';
import { type Aggregate, type Branch, branch } from './aggregate.js';
import { decisionContext, type RequestContext } from './request-context.js';

export type Request = {
  readonly context: RequestContext;
  readonly decide: (player: Player) => PlayerDecision<unknown>;
};

/** What a decision came to, or the defect that it threw. */
export type Decided = { readonly decision: PlayerDecision<unknown> } | { readonly defect: unknown };

/** `news` has to be appended; `nothing` has to be confirmed at the head; `known` stays so for ever. */
type Kind = 'news' | 'nothing' | 'known';

export type Together = {
  readonly kind: Kind;
  /** Of the first requests, in their order: one at least. */
  readonly decided: readonly Decided[];
  /** Of all of them, sealed one after the other. */
  readonly events: readonly EventToAppend[];
  /** The player as those events leave it. */
  readonly branch: Branch;
};

/** Decides requests one after the other, each on what those before it left, as long as they are of one kind. */
export function decideTogether(playerId: PlayerId, aggregate: Aggregate, requests: readonly Request[]): Together {
  const grown = branch(aggregate);
  const decided: Decided[] = [];
  const events: EventToAppend[] = [];
  let kind: Kind | undefined;
  for (const { context, decide } of requests) {
    const next = attempt(() => decide({ playerId, state: grown.state, past: grown.past }));
    const ownKind = kindOf(next);
    if (kind !== undefined && ownKind !== kind) break;
    kind = ownKind;
    decided.push(next);
    if (!('decision' in next) || !next.decision.ok || next.decision.events.length === 0) continue;
    const sealing = decisionContext(context, PLAYER_SCHEMA_VERSION);
    const sealed = seal(playerStream(playerId), grown.head, next.decision.events, sealing);
    grown.grow(next.decision.events, context.now, sealed.head);
    events.push(...sealed.events);
  }
  return { kind: kind ?? 'known', decided, events, branch: grown };
}

function attempt(decide: () => PlayerDecision<unknown>): Decided {
  try {
    return { decision: decide() };
  } catch (defect) {
    return { defect };
  }
}

/** What was accepted once stays accepted, and what cannot be decided is so whatever the head is. */
function kindOf(decided: Decided): Kind {
  if ('defect' in decided || isReplay(decided.decision)) return 'known';
  return decided.decision.ok && decided.decision.events.length > 0 ? 'news' : 'nothing';
}
