import { money } from '../design/format.js';
import type { AccountGroup } from './answers.js';

/** Thinner than this, in percent, nobody would see that there is something. */
const BAR_MIN = 0.4;

/** A bar for each group of accounts: to the right what we owe, to the left what came in or was given away. */
export function BalanceChart(props: { readonly currency: string; readonly groups: readonly AccountGroup[] }) {
  const { currency, groups } = props;
  // Lengths to draw, and no amounts: those are written as they came.
  const values = groups.map(({ balance }) => Number(balance));
  const least = Math.min(...values, 0);
  const span = Math.max(...values, 0) - least || 1;
  const zero = (-least / span) * 100;
  return (
    <div class="bars" role="img" aria-label={`Balances by account in ${currency}; the table below has the same`}>
      {groups.map(({ account, balance }, index) => {
        const value = values[index] ?? 0;
        const length = value === 0 ? 0 : Math.max(BAR_MIN, (Math.abs(value) / span) * 100);
        return (
          <div class="bar" key={account}>
            <span>{account}</span>
            <svg class="chart" height="24" aria-hidden="true">
              <rect
                class={value < 0 ? 'chart-bar other' : 'chart-bar'}
                x={`${value < 0 ? zero - length : zero}%`}
                y="3"
                width={`${length}%`}
                height="18"
                rx="3"
              />
              <line class="chart-grid" x1={`${zero}%`} x2={`${zero}%`} y1="0" y2="24" />
            </svg>
            <span class="amount">{money(balance, currency)}</span>
          </div>
        );
      })}
    </div>
  );
}
