import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, callSigned, isTransient, type Signer } from '../http-call.js';
import { BACKOFF, type Backoff, untilDone } from '../retry.js';

/** The wallet call that a provider makes; its ids are in the body, so the same body is the same call. */
export type WalletCall = {
  readonly route: 'balance' | 'bet' | 'win' | 'rollback' | 'play';
  readonly body: { readonly [field: string]: unknown };
};

export type WalletClient = {
  /** Tries at most three times; undefined when the outcome is still unknown after that. */
  call(call: WalletCall): Promise<Answer | undefined>;
  /** Tries until there is a final answer; undefined only when `signal` ends it. */
  insist(call: WalletCall, signal: AbortSignal): Promise<Answer | undefined>;
};

/** The tightest timeout that a published provider has, three times. */
export const WALLET_TIMEOUT_MS = 1_000;
const TRIES_MAX = 3;

/** Croupier's signed wallet API, with a provider's rules for a call without an answer. */
export function createWalletClient(
  gatewayUrl: string,
  signer: Signer,
  backoff: Backoff = BACKOFF,
  timeoutMs: number = WALLET_TIMEOUT_MS,
): WalletClient {
  async function once({ route, body }: WalletCall): Promise<Answer | undefined> {
    const url = `${gatewayUrl}/provider/v1/${route}`;
    const answer = await callSigned(signer, url, JSON.stringify(body), timeoutMs);
    return answer === undefined || isTransient(answer.status) ? undefined : answer;
  }

  return {
    async call(call) {
      for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
        if (tries > 1) await wait(backoff.firstMs);
        const answer = await once(call);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
    insist(call, signal) {
      return untilDone(
        async () => {
          const answer = await once(call);
          // A wrong secret or clock says nothing about the money: someone will put it right.
          return answer?.status === 401 ? undefined : answer;
        },
        signal,
        backoff,
      );
    },
  };
}
