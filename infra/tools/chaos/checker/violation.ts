/** Something that must never be: which rule it breaks, and where to look. */
export type Violation = {
  readonly check: Check;
  readonly playerId: string | null;
  readonly revision: number | null;
  readonly callId: string | null;
  readonly detail: string;
};

export const CHECKS = {
  call_missing: 'a call was acknowledged, and the ledger does not have it',
  call_twice: 'a call moved something more than once',
  call_refused: 'a call was refused, and the ledger has it all the same',
  unanswered: 'a client that asked again and again, also when everything was well, was never answered',
  answer: 'what the client was told is not what the ledger says',
  nobody_asked: 'the ledger has what nobody asked for',
  unfinished: 'what was begun did not come to its end',
  chain: 'an event does not follow its predecessor, or its hash is not that of its bytes',
  unreadable: 'an event cannot be read',
  balanced: 'an event’s debits do not equal its credits, or its balances are not the sum of the postings so far',
  lost: 'Fast Track never took a message',
  doubled: 'a message had its effect at Fast Track twice',
  order: 'messages of one player arrived first in another order than the stream’s',
  defect: 'a service answered 500',
  altered: 'a message says something else than its event',
  stranger: 'Fast Track was told what no event says',
  read_model: 'the read models are not what the last event says',
  lane: 'a lane is behind, or parked',
} as const;

export type Check = keyof typeof CHECKS;

type Place = { readonly playerId?: string | null; readonly revision?: number; readonly callId?: string };

export function violation(check: Check, place: Place, detail: string): Violation {
  const { playerId = null, revision = null, callId = null } = place;
  return { check, playerId, revision, callId, detail };
}

/** One line for a person. */
export function inWords({ check, playerId, revision, callId, detail }: Violation): string {
  const place = [
    ...(playerId === null ? [] : [`player ${playerId}`]),
    ...(revision === null ? [] : [`revision ${revision}`]),
    ...(callId === null ? [] : [`call ${callId}`]),
  ];
  return `${check}: ${[...place, detail].join(', ')} (${CHECKS[check]})`;
}
