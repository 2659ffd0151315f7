import { type Amount, toJsonNumber } from '../../../shared/money/money.js';
import type { FtMessage } from './ft-message.js';
import { type NativeFrame, priced } from './native-frame.js';
import { known } from './user-messages.js';

type Payment = { readonly paymentId: string; readonly psp: string; readonly amount: Amount; readonly currency: string };

/** To Fast Track, a deposit is a credit and a withdrawal a debit; `Approved` is money that has moved. */
export type PaymentStep = {
  readonly type: 'Credit' | 'Debit';
  readonly status: 'Requested' | 'Approved' | 'Rejected' | 'Cancelled' | 'Rollback';
};

export function payment(frame: NativeFrame, { type, status }: PaymentStep, data: Payment): FtMessage {
  return {
    method: 'POST',
    path: '/v1/integration/payment',
    body: {
      user_id: frame.user.user_id,
      payment_id: data.paymentId,
      type,
      status,
      amount: toJsonNumber(data.amount),
      ...priced(frame, data.currency),
      // Fast Track wants it always; Croupier takes none from the player.
      fee_amount: 0,
      vendor_id: data.psp,
      ...known({ vendor_name: frame.brand.catalogue.pspName(data.psp) }),
      origin: frame.user.origin,
      timestamp: frame.user.timestamp,
    },
  };
}
