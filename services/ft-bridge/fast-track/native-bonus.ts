import type { BonusKind } from '../../../shared/catalogue/brand-catalogue.js';
import type { PlayerEventOf } from '../../../shared/events/player-events.js';
import { type Amount, toJsonNumber } from '../../../shared/money/money.js';
import type { BonusFacts } from './bonus-facts.js';
import type { FtMessage } from './ft-message.js';
import { type NativeFrame, priced } from './native-frame.js';
import { known } from './user-messages.js';

type Status = 'Pending' | 'Created' | 'Ongoing' | 'Completed' | 'Forfeited' | 'Expired' | 'Lost';
type Bonus = { readonly userBonusId: string; readonly bonusId: string; readonly currency: string };

const TYPES: { readonly [K in BonusKind]: string } = {
  welcome: 'WelcomeBonus',
  reload: 'ReloadBonus',
  cashback: 'CashbackBonus',
  no_deposit: 'NoDeposit',
  wager_free: 'WagerFree',
  free_spins: 'FreeSpins',
  risk_free_bet: 'RiskFreeBet',
};

/** How Fast Track calls the end of a bonus that was not completed. */
export const CANCELLED: { readonly [R in PlayerEventOf<'BonusCancelled'>['data']['reason']]: Status } = {
  operator: 'Forfeited',
  player: 'Forfeited',
  withdrawal: 'Forfeited',
  block: 'Forfeited',
  deposit_reversed: 'Forfeited',
  expired: 'Expired',
  lost: 'Lost',
};

/** `amount` is always what was granted; `facts` are undefined only in a history that never granted it. */
export function bonus(
  frame: NativeFrame,
  status: Status,
  data: Bonus,
  facts: BonusFacts | undefined,
  more: { readonly turnedReal?: Amount; readonly wagered?: Amount } = {},
): FtMessage {
  const kind = frame.brand.catalogue.bonusKind(data.bonusId);
  const references = referencesOf(facts?.references ?? {});
  return {
    method: 'POST',
    path: '/v1/integration/bonus',
    body: {
      user_id: frame.user.user_id,
      bonus_id: data.bonusId,
      user_bonus_id: data.userBonusId,
      status,
      type: kind === undefined ? 'Undefined' : TYPES[kind],
      product: 'Casino',
      amount: toJsonNumber(facts?.amount ?? '0'),
      ...known({
        required_wagering_amount: numberIfAny(facts?.wageringRequired),
        bonus_turned_real: numberIfAny(more.turnedReal),
      }),
      ...priced(frame, data.currency),
      ...(more.wagered === undefined ? {} : { meta: { wagered: toJsonNumber(more.wagered) } }),
      ...(Object.keys(references).length === 0 ? {} : { fasttrack_references: references }),
      origin: frame.user.origin,
      timestamp: frame.user.timestamp,
    },
  };
}

function numberIfAny(amount: Amount | undefined): number | undefined {
  return amount === undefined ? undefined : toJsonNumber(amount);
}

/** What Fast Track numbers, and what it names, as it does in its own examples. */
const NUMBERED = ['activity_id', 'action_id', 'action_group_id', 'action_communication_profile_id'];
const NAMED = ['id', 'trigger_hash'];

function referencesOf(references: BonusFacts['references']): { [name: string]: string | number } {
  const known = Object.entries(references).filter(([name]) => NAMED.includes(name) || NUMBERED.includes(name));
  return Object.fromEntries(
    known.map(([name, text]) => [name, NUMBERED.includes(name) && isWholeNumber(text) ? Number(text) : text]),
  );
}

/** They came as text, in headers. */
function isWholeNumber(text: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(text);
}
