import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from '../../../shared/telemetry/log.js';
import { type Answer, callSigned, isTransient, type Signer } from '../http-call.js';
import { openJournal } from '../journal.js';
import { BACKOFF, type Backoff, untilDone } from '../retry.js';
import {
  type Callback,
  createPaymentBook,
  type PaymentEntry,
  type PaymentStatus,
  type Payout,
} from './payment-book.js';

/** What becomes of the payouts that are asked for next; a held one waits for `POST /complete/:payment_id`. */
export type PayoutMode = 'complete' | 'fail' | 'hold';

export type PayoutResult = 'accepted' | 'conflict';

export type Payments = {
  /** Tells Croupier, again and again until a final answer; undefined when this process is stopped first. */
  announce(paymentId: string, status: PaymentStatus): Promise<Answer | undefined>;
  /** Takes an order to pay out; the same order again is the same payout. */
  payOut(payout: Payout): Promise<PayoutResult>;
  payoutMode(): PayoutMode;
  setPayoutMode(mode: PayoutMode): void;
  owedCount(): number;
  stop(): Promise<void>;
};

export type PaymentsOptions = {
  readonly dataDir: string;
  readonly gatewayUrl: string;
  readonly signer: Signer;
  readonly logger: Logger;
  readonly backoff?: Backoff;
};

const CALLBACK_TIMEOUT_MS = 5_000;

/** The fake PSP's payments. What it owes a callback for is in its journal first, so a killed PSP goes on. */
export async function openPayments(options: PaymentsOptions): Promise<Payments> {
  const { dataDir, gatewayUrl, signer, logger, backoff = BACKOFF } = options;
  const book = createPaymentBook();
  const journal = await openJournal(join(dataDir, 'psp.jsonl'), (line) => book.apply(JSON.parse(line) as PaymentEntry));
  const stopping = new AbortController();
  const inFlight = new Map<string, Promise<Answer | undefined>>();
  let mode: PayoutMode = 'complete';

  async function note(entry: PaymentEntry): Promise<void> {
    book.apply(entry);
    await journal.append(JSON.stringify(entry)).written;
  }

  async function send(callback: Callback): Promise<Answer | undefined> {
    await note({ type: 'callback_owed', callback });
    const url = `${gatewayUrl}/psp/v1/callback`;
    const body = JSON.stringify(callback);
    const answer = await untilDone(
      async () => {
        const tried = await callSigned(signer, url, body, CALLBACK_TIMEOUT_MS);
        return tried === undefined || isTransient(tried.status) ? undefined : tried;
      },
      stopping.signal,
      backoff,
    );
    if (answer === undefined) return undefined;
    await note({ type: 'callback_done', callback, answer: answer.status });
    logger.info({ callback, status: answer.status }, 'a callback was answered');
    return answer;
  }

  // Two submits of one page are one callback in flight.
  function announce(payment_id: string, status: PaymentStatus): Promise<Answer | undefined> {
    const known = book.callbackOf(payment_id, status);
    const callback = known ?? { payment_id, psp_reference: `psp-${randomUUID()}`, status };
    const key = callback.psp_reference;
    const running = inFlight.get(key) ?? send(callback).finally(() => inFlight.delete(key));
    inFlight.set(key, running);
    return running;
  }

  function announceLater(paymentId: string, status: PaymentStatus): void {
    announce(paymentId, status).catch((error: unknown) =>
      logger.error({ err: error, paymentId }, 'a callback is owed'),
    );
  }

  for (const { payment_id, status } of book.owed()) announceLater(payment_id, status);

  return {
    announce,
    async payOut(payout) {
      const known = book.payoutOf(payout.payment_id);
      if (known !== undefined) {
        return known.amount === payout.amount && known.currency === payout.currency ? 'accepted' : 'conflict';
      }
      // What is owed goes into the journal in the same write as the order itself.
      if (mode !== 'hold') announceLater(payout.payment_id, mode === 'fail' ? 'failed' : 'completed');
      await note({ type: 'payout', payout });
      return 'accepted';
    },
    payoutMode: () => mode,
    setPayoutMode(next) {
      mode = next;
    },
    owedCount: () => book.owed().length,
    async stop() {
      stopping.abort();
      await Promise.allSettled(inFlight.values());
      await journal.close();
    },
  };
}
