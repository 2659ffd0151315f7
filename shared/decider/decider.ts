/** What a decision comes to: events to append (none = already done), or a refusal, which changes nothing. */
export type Decision<Event, Rejection, Answer> =
  | { readonly ok: true; readonly events: readonly Event[]; readonly answer: Answer }
  | { readonly ok: false; readonly rejection: Rejection };

export function accept<Event, Answer>(events: readonly Event[], answer: Answer): Decision<Event, never, Answer> {
  return { ok: true, events, answer };
}

export function reject<const Rejection>(rejection: Rejection): Decision<never, Rejection, never> {
  return { ok: false, rejection };
}
