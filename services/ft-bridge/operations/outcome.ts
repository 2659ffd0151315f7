/** What an operator asked for and the lane is not in a state for. Nothing was changed. */
export type Refusal =
  | { readonly ok: false; readonly type: 'PlayerUnknown' }
  /** `why` is for the person who asked. */
  | { readonly ok: false; readonly type: 'WrongPlace'; readonly why: string };

/** `replayed`: it had been done before, and this is what was answered then. */
export type Outcome<T> = { readonly ok: true; readonly value: T; readonly replayed: boolean } | Refusal;

export const PLAYER_UNKNOWN: Refusal = { ok: false, type: 'PlayerUnknown' };

export function wrongPlace(why: string): Refusal {
  return { ok: false, type: 'WrongPlace', why };
}

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value, replayed: false };
}

export function doneBefore<T>(value: T): Outcome<T> {
  return { ok: true, value, replayed: true };
}
