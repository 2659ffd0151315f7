/** What a PSP can say of a payment. */
export type PaymentStatus = 'completed' | 'failed' | 'reversed';

/** One callback: its reference is made once, so that a retry, also after a restart, has the same body. */
export type Callback = { readonly payment_id: string; readonly psp_reference: string; readonly status: PaymentStatus };

export type Payout = { readonly payment_id: string; readonly amount: string; readonly currency: string };

export type PaymentEntry =
  | { readonly type: 'callback_owed'; readonly callback: Callback }
  | { readonly type: 'callback_done'; readonly callback: Callback; readonly answer: number }
  | { readonly type: 'payout'; readonly payout: Payout };

/** What the fake PSP remembers. */
export type PaymentBook = {
  apply(entry: PaymentEntry): void;
  /** The callback of this payment and status, if there was one. */
  callbackOf(paymentId: string, status: PaymentStatus): Callback | undefined;
  payoutOf(paymentId: string): Payout | undefined;
  owed(): readonly Callback[];
};

export function createPaymentBook(): PaymentBook {
  const callbacks = new Map<string, Callback>();
  const owed = new Map<string, Callback>();
  const payouts = new Map<string, Payout>();
  return {
    apply(entry) {
      if (entry.type === 'payout') {
        payouts.set(entry.payout.payment_id, entry.payout);
        return;
      }
      const key = keyOf(entry.callback.payment_id, entry.callback.status);
      callbacks.set(key, entry.callback);
      if (entry.type === 'callback_owed') owed.set(key, entry.callback);
      else owed.delete(key);
    },
    callbackOf: (paymentId, status) => callbacks.get(keyOf(paymentId, status)),
    payoutOf: (paymentId) => payouts.get(paymentId),
    owed: () => [...owed.values()],
  };
}

function keyOf(paymentId: string, status: PaymentStatus): string {
  return `${status} ${paymentId}`;
}
