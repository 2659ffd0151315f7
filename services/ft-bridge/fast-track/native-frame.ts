import type { PlayerId } from '../../../shared/ids/ids.js';
import type { Brand } from './brand.js';
import type { UserFields } from './user-messages.js';

/** What all native messages of one event have in common. */
export type NativeFrame = { readonly playerId: PlayerId; readonly user: UserFields; readonly brand: Brand };

/** Every amount comes with its currency and what it is worth to the brand. @throws NoExchangeRate */
export function priced({ brand }: NativeFrame, currency: string) {
  return { currency, exchange_rate: brand.exchangeRate(currency) };
}
