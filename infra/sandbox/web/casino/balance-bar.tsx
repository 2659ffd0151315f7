import { money } from '../design/format.js';
import { balance } from './live.js';
import { login } from './session.js';

/** Cash and bonus, as they change. Read aloud when there is a pause, whole. */
export function BalanceBar() {
  if (login.value === undefined) return null;
  const current = balance.value;
  if (current === undefined) return <output class="balance muted">…</output>;
  const { cash, bonus, currency } = current ?? { cash: '0.00', bonus: '0.00', currency: 'EUR' };
  return (
    <output class="balance" aria-live="polite" aria-atomic="true" data-testid="balance" data-tour="balance">
      <span>
        <small>Cash</small> <b data-testid="cash">{money(cash, currency)}</b>
      </span>
      <span>
        <small>Bonus</small> <b data-testid="bonus">{money(bonus, currency)}</b>
      </span>
    </output>
  );
}
