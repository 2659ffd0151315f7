import type { Check } from '../case.js';
import { BONUS_CASES } from './bonus-cases.js';
import { DELIVERY_CASES } from './delivery-cases.js';
import { IDEMPOTENCY_CASES } from './idempotency-cases.js';
import { MESSAGE_CASES } from './message-cases.js';
import { ROLLBACK_CASES } from './rollback-cases.js';
import { WALLET_CASES } from './wallet-cases.js';

/** The developer guide's certification checklist. */
export const CHECKS: readonly Check[] = [
  { id: 'wallet', title: 'Wallet math verified', cases: WALLET_CASES },
  { id: 'idempotency', title: 'Idempotency tested', cases: IDEMPOTENCY_CASES },
  { id: 'rollbacks', title: 'Rollbacks tested', cases: ROLLBACK_CASES },
  { id: 'bonuses', title: 'Bonus lifecycle verified', cases: BONUS_CASES },
  { id: 'fast_track', title: 'Fast Track timelines complete', cases: [...MESSAGE_CASES, ...DELIVERY_CASES] },
];
