import { delayOf } from '../story/delay.js';
import type { Message } from './feed.js';

const WIDTH = 1_000;
const HEIGHT = 190;
const LEFT = 52;
const BOTTOM = 22;
const TOP = 8;
const SHOWN = 200;
const STEPS_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000, 600_000];

/** How long each of the last messages took from its event to here, the newest on the right. */
export function DelayChart({ messages }: { readonly messages: readonly Message[] }) {
  const shown = messages.slice(-SHOWN);
  const delays = shown.map(delayOf);
  const highest = Math.max(...delays, 0);
  const top = STEPS_MS.find((step) => step >= highest) ?? highest;
  const x = (at: number) => LEFT + ((WIDTH - LEFT - 8) * (at + 0.5)) / Math.max(shown.length, 20);
  const y = (ms: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - ms / top);
  const [half, almostAll] = [quantile(delays, 0.5), quantile(delays, 0.99)];
  return (
    <figure class="stack tight delay">
      <figcaption class="row apart">
        <span>
          From the event to Fast Track: half within <b>{half} ms</b>, 99 % within <b>{almostAll} ms</b>
        </span>
        <span class="small muted">the last {shown.length} messages</span>
      </figcaption>
      <svg
        class="chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Delivery delay of the last ${shown.length} messages: half within ${half} milliseconds, 99 percent within ${almostAll}`}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class="chart-grid" x1={LEFT} x2={WIDTH} y1={y(top * share)} y2={y(top * share)} />
            <text x={LEFT - 6} y={y(top * share) + 4} text-anchor="end">
              {label(top * share)}
            </text>
          </g>
        ))}
        {delays.map((ms, at) => (
          <circle
            key={shown[at]?.n}
            class={`chart-dot ${shown[at]?.taken === true || shown[at]?.duplicate === true ? '' : 'bad'}`}
            cx={x(at)}
            cy={y(ms)}
            r="3"
          />
        ))}
        <text x={LEFT} y={HEIGHT - 4}>
          older
        </text>
        <text x={WIDTH} y={HEIGHT - 4} text-anchor="end">
          newest
        </text>
      </svg>
    </figure>
  );
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function label(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}
