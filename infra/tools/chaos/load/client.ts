import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, callHttp, callSigned, isTransient } from '../../../sandbox/http-call.js';
import type { Call, Wish } from '../checker/run-log.js';
import type { ChaosPlatform } from '../platform/chaos-platform.js';
import type { CallBook } from './call-book.js';

/** A call as a real client makes it. */
export type Asked = {
  readonly wish: Wish;
  readonly playerId: string | null;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  readonly as:
    | { readonly caller: 'provider' }
    | { readonly caller: 'somebody'; readonly headers: { readonly [name: string]: string } }
    /** The PSP's own page; it is asked directly. */
    | { readonly caller: 'payer' };
};

export type Client = {
  /** Asks, again and again and unchanged, until there is an answer that settles it. */
  call(asked: Asked): Promise<Call>;
};

const PROVIDER_TIMEOUT_MS = 3_000;
const PLAYER_TIMEOUT_MS = 10_000;
/** The page answers within 10 s that its callback is still owed. */
const PAYER_TIMEOUT_MS = 12_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 1_000;
/** A person types the password again; and each try costs a processor a good part of a second, heard or not. */
const PATIENT: readonly Wish['kind'][] = ['login', 'register'];
const PATIENT_MIN_MS = 2_000;
const PATIENT_MAX_MS = 10_000;

/** @param giveUp ends the calls that are still not settled; they are then unknown */
export function createClient(platform: ChaosPlatform, book: CallBook, giveUp: AbortSignal): Client {
  const { entrances, keys, psp } = platform;
  const signer = { idHeader: 'X-Provider-Id', ...keys.provider } as const;
  let turns = 0;

  function send({ method, path, body, as }: Asked, turn: number): Promise<Answer | undefined> {
    // A retry comes in by the next door: the id alone says that it is the same call.
    const base = as.caller === 'payer' ? psp : (entrances[turn % entrances.length] ?? '');
    const [url, text] = [`${base}${path}`, JSON.stringify(body)];
    if (as.caller === 'provider') return callSigned(signer, url, text, PROVIDER_TIMEOUT_MS);
    const headers = as.caller === 'payer' ? {} : as.headers;
    const timeoutMs = as.caller === 'payer' ? PAYER_TIMEOUT_MS : PLAYER_TIMEOUT_MS;
    return callHttp({ method, url, headers, body: text, timeoutMs });
  }

  return {
    async call(asked) {
      const { wish, playerId } = asked;
      const [id, turn] = [book.next(), turns];
      turns += 1;
      for (let tries = 1; ; tries += 1) {
        const lastTryAt = Date.now();
        const answer = await send(asked, turn + tries);
        if (answer?.status === 500) book.addDefect(id, answer.body);
        const isSettled = answer !== undefined && !isTransient(answer.status) && answer.status !== 202;
        if (isSettled || giveUp.aborted) {
          const settled = isSettled ? answer : { status: 0, body: null };
          const outcome = isSettled ? (settled.status < 300 ? 'acknowledged' : 'refused') : 'unknown';
          const registered = wish.kind === 'register' ? registeredAs(settled.body) : null;
          const call: Call = {
            ...{ id, wish, outcome, tries, lastTryAt },
            playerId: playerId ?? registered,
            status: settled.status,
            answer: settled.body,
          };
          book.add(call);
          return call;
        }
        const [firstMs, maxMs] = PATIENT.includes(wish.kind)
          ? [PATIENT_MIN_MS, PATIENT_MAX_MS]
          : [RETRY_MIN_MS, RETRY_MAX_MS];
        const pauseMs = Math.min(maxMs, firstMs * 2 ** Math.min(tries - 1, 10));
        await wait(pauseMs, undefined, { signal: giveUp }).catch(() => undefined);
      }
    },
  };
}

function registeredAs(body: unknown): string | null {
  const isNamed = typeof body === 'object' && body !== null && 'player_id' in body;
  return isNamed && typeof body.player_id === 'string' ? body.player_id : null;
}
