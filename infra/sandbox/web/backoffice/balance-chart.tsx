import { money } from '../design/format.js';
import type { AccountGroup } from './answers.js';

const WIDTH = 720;
const ROW = 34;
const LABELS = 190;
const AMOUNTS = 110;
/** Thinner than this nobody would see that there is something. */
const BAR_MIN = 2;

/** A bar for each group of accounts: to the right what we owe, to the left what came in or was given away. */
export function BalanceChart(props: { readonly currency: string; readonly groups: readonly AccountGroup[] }) {
  const { currency, groups } = props;
  // Lengths to draw, and no amounts: those are written as they came.
  const values = groups.map(({ balance }) => Number(balance));
  const most = Math.max(...values, 0);
  const least = Math.min(...values, 0);
  const span = most - least || 1;
  const room = WIDTH - LABELS - AMOUNTS;
  const zero = LABELS + (-least / span) * room;
  const height = groups.length * ROW;
  return (
    <div class="scroll">
      <svg
        class="chart balance-chart"
        viewBox={`0 0 ${WIDTH} ${height}`}
        role="img"
        aria-label={`Balances by account in ${currency}; the table below has the same`}
      >
        <line class="chart-grid" x1={zero} x2={zero} y1={0} y2={height} />
        {groups.map(({ account, balance }, index) => {
          const value = values[index] ?? 0;
          const length = value === 0 ? 0 : Math.max(BAR_MIN, (Math.abs(value) / span) * room);
          const y = index * ROW;
          return (
            <g key={account}>
              <text x={0} y={y + ROW / 2 + 4}>
                {account}
              </text>
              <rect
                class={value < 0 ? 'chart-bar other' : 'chart-bar'}
                x={value < 0 ? zero - length : zero}
                y={y + 7}
                width={length}
                height={ROW - 14}
                rx={3}
              />
              <text class="chart-amount" x={WIDTH} y={y + ROW / 2 + 4} text-anchor="end">
                {money(balance, currency)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
