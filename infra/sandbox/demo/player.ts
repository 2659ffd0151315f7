import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ReadyInfo } from '../../embedded/ready.js';
import { callHttp } from '../http-call.js';
import { ask, StepFailed } from './api.js';

/** A player as the demo plays one, over HTTP like any other. */
export type DemoPlayer = { readonly name: string; readonly email: string; readonly id: string; readonly token: string };

export type Balance = { readonly cash: string; readonly bonus: string };

const signedIn = z.object({ player_id: z.string(), token: z.string() });
const payment = z.object({ payment_id: z.string(), status: z.string() });
const balance = z.object({ cash: z.string(), bonus: z.string(), currency: z.string() });
const PASSWORD = 'correct horse battery staple';

/** Registers somebody who was never here before, and logs in. */
export async function signUp({ gateway }: ReadyInfo, name: string): Promise<DemoPlayer> {
  const email = `${name.toLowerCase()}.${randomUUID()}@example.com`;
  const { player_id: id } = await ask(signedIn, {
    method: 'POST',
    url: `${gateway}/players`,
    json: {
      email,
      password: PASSWORD,
      first_name: name,
      last_name: 'Doe',
      birth_date: '1990-01-31',
      country: 'SE',
      currency: 'EUR',
    },
  });
  const login = { method: 'POST', url: `${gateway}/login`, json: { email, password: PASSWORD } } as const;
  const { token } = await ask(signedIn, login);
  return { name, email, id, token };
}

/** Asks for a deposit, opens the page it leads to and presses its button. */
export async function deposit({ gateway }: ReadyInfo, { token }: DemoPlayer, amount: string): Promise<void> {
  const { redirect_url } = await ask(payment.extend({ redirect_url: z.url() }), {
    method: 'POST',
    url: `${gateway}/me/deposits`,
    token,
    json: { amount, currency: 'EUR', psp: 'fake' },
  });
  await ask(z.string().includes(`${amount} EUR`), { method: 'GET', url: redirect_url });
  const submitted = await callHttp({
    method: 'POST',
    url: redirect_url,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'action=pay',
    timeoutMs: 15_000,
  });
  if (submitted?.status !== 200) throw new StepFailed(`the PSP's page answered ${JSON.stringify(submitted)}`);
}

/** Asks for a withdrawal. In the sandbox it is approved by itself, and the PSP pays it out. */
export async function withdraw({ gateway }: ReadyInfo, { token }: DemoPlayer, amount: string): Promise<void> {
  const json = { amount, currency: 'EUR', psp: 'fake' };
  await ask(payment, { method: 'POST', url: `${gateway}/me/withdrawals`, token, json });
}

/** The balance that the read model has. */
export function readBalance({ gateway }: ReadyInfo, { token }: DemoPlayer): Promise<Balance> {
  return ask(balance, { method: 'GET', url: `${gateway}/me/balance`, token });
}

/** The balance that the ledger has, as the game provider is told it. */
export async function walletBalance({ provider }: ReadyInfo, { id }: DemoPlayer, sessionId: string): Promise<Balance> {
  const answer = await ask(z.object({ balance }), {
    method: 'POST',
    url: `${provider}/balance`,
    json: { player_id: id, session_id: sessionId },
  });
  return answer.balance;
}
