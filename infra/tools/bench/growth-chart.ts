import type { Figure } from './figures.js';

const [LEFT, TOP, WIDTH, HEIGHT] = [70, 20, 520, 300];
const SERIES = [
  { prefix: 'growth_cpu_command_at_', label: 'command, µs a bet', colour: '#2a8f5b' },
  { prefix: 'growth_first_cpu_command_at_', label: 'command, µs a first bet', colour: '#c4572e' },
  { prefix: 'growth_cpu_store_at_', label: 'event store, µs a bet', colour: '#3a6fb0' },
  { prefix: 'growth_memory_command_at_', label: 'command, MiB', colour: '#8a5fb0' },
] as const;

type Point = { readonly players: number; readonly value: number };

/** Costs against players, both axes logarithmic: what does not grow is level. Undefined unless there are two sizes at least. */
export function growthChartOf(figures: readonly Figure[]): string | undefined {
  const lines = SERIES.map((series) => ({ ...series, points: pointsOf(figures, series.prefix) }));
  const all = lines.flatMap(({ points }) => points);
  if (new Set(all.map(({ players }) => players)).size < 2) return undefined;
  const [left, right] = decadesOf(all.map(({ players }) => players));
  const [bottom, top] = decadesOf(all.map(({ value }) => value));
  const x = (players: number) => LEFT + ((Math.log10(players) - left) / (right - left)) * WIDTH;
  const y = (value: number) => TOP + HEIGHT - ((Math.log10(value) - bottom) / (top - bottom)) * HEIGHT;
  const decades = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => 10 ** (from + n));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 200} ${TOP + HEIGHT + 50}" role="img" aria-label="What a bet costs with so many players">`,
    '<style>.t{font:12px system-ui,sans-serif;fill:#333}.g{stroke:#8884}@media(prefers-color-scheme:dark){.t{fill:#ddd}}</style>',
    ...decades(left, right).map(
      (players) =>
        `<line class="g" x1="${x(players)}" y1="${TOP}" x2="${x(players)}" y2="${TOP + HEIGHT}"/><text class="t" x="${x(players)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${players.toLocaleString('en')}</text>`,
    ),
    ...decades(bottom, top).map(
      (value) =>
        `<line class="g" x1="${LEFT}" y1="${y(value)}" x2="${LEFT + WIDTH}" y2="${y(value)}"/><text class="t" x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ),
    `<text class="t" x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 40}" text-anchor="middle">players</text>`,
    ...lines.flatMap(({ points, colour, label }, n) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(({ players, value }) => `${x(players).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>`,
      `<text class="t" style="fill:${colour}" x="${LEFT + WIDTH + 12}" y="${TOP + 14 + n * 18}">${label}</text>`,
    ]),
    '</svg>\n',
  ].join('\n');
}

function pointsOf(figures: readonly Figure[], prefix: string): readonly Point[] {
  return figures.flatMap(({ id, value }) => {
    const players = id.startsWith(prefix) ? /^(\d+)_players$/.exec(id.slice(prefix.length))?.[1] : undefined;
    return players === undefined || !(value > 0) ? [] : [{ players: Number(players), value }];
  });
}

/** The powers of ten around them: at least one decade. */
function decadesOf(values: readonly number[]): readonly [number, number] {
  const from = Math.floor(Math.log10(Math.min(...values)));
  return [from, Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))))];
}
