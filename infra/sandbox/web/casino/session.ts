import { signal } from '@preact/signals';
import { ApiProblem, type CallOptions, call } from '../design/api.js';

export type Login = { readonly playerId: string; readonly token: string; readonly email: string };

const KEY = 'croupier-login';

/** Who is logged in here. It lasts as long as the tab, so that the way to the payment page and back keeps it. */
export const login = signal<Login | undefined>(kept());

/** The address that was registered last in this tab: what the login form begins with. */
export const registeredEmail = signal('');

export function startSession(started: Login): void {
  sessionStorage.setItem(KEY, JSON.stringify(started));
  login.value = started;
}

/** Forgets the token here; whether the server does too is `logOut`'s. */
export function endSession(): void {
  sessionStorage.removeItem(KEY);
  login.value = undefined;
}

export async function logOut(): Promise<void> {
  // Without the server the token stays good for a while; here it is gone either way.
  await own('/logout', { method: 'POST' }).catch(() => undefined);
  endSession();
}

/** A call in the player's name. A token that is no longer good ends the session. @throws ApiProblem */
export async function own<T>(path: string, options: CallOptions = {}): Promise<T> {
  const token = login.value?.token;
  try {
    return await call<T>(path, { ...options, token });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401 && login.value?.token === token) endSession();
    throw error;
  }
}

function kept(): Login | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as Login);
}
