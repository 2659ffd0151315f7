import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { revision } from './live.js';
import { login, own } from './session.js';

// What the server knows of the player, as the pages show it.

export type Profile = {
  readonly player_id: string;
  readonly currency: string;
  readonly profile: { readonly first_name: string; readonly last_name: string; readonly email: string } | null;
  readonly consents: { readonly [name: string]: boolean } | null;
  readonly blocks: readonly { readonly reason: string; readonly until: string | null }[];
};

export type Bonus = {
  readonly user_bonus_id: string;
  readonly bonus_id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly wagered: string;
  readonly wagering_required: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
};

export type Payment = {
  readonly payment_id: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly requested_at: string;
};

export type Transaction = {
  readonly revision: number;
  readonly part: number;
  readonly kind: string;
  readonly type: string;
  readonly game_id: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly cash_after: string | null;
  readonly bonus_after: string | null;
  readonly recorded_at: string;
};

export type Limit = {
  readonly kind: string;
  readonly period: string;
  readonly amount: string | null;
  readonly currency: string;
  readonly pending: { readonly amount: string | null; readonly effective_at: string } | null;
};

export type GameSession = {
  readonly session_id: string;
  readonly game_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly bets: number;
  readonly staked: string;
  readonly won: string;
  readonly currency: string;
};

/** The answer of a read of the player's, asked again whenever something happened to the player; undefined at first. */
export function useOwn<T>(path: string): T | undefined {
  const answer = useSignal<T | undefined>(undefined);
  const [who, at] = [login.value?.token, revision.value];
  useEffect(() => {
    if (who === undefined) return undefined;
    const leaving = new AbortController();
    own<T>(path, { signal: leaving.signal }).then(
      (found) => {
        answer.value = found;
      },
      // What was shown stays; the next change asks again.
      () => undefined,
    );
    return () => leaving.abort();
  }, [path, who, at]);
  return answer.value;
}
