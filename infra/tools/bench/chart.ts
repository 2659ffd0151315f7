import type { Figure } from './figures.js';

const [ROW, LABEL, WIDTH, RIGHT] = [26, 360, 420, 120];

/** Each figure that has a goal as a bar against it: full at the goal, longer is better. Plain SVG, light and dark. */
export function chartOf(figures: readonly Figure[]): string {
  const bars = figures.flatMap((figure) => {
    const share = shareOfGoal(figure);
    return share === undefined ? [] : [{ figure, share }];
  });
  const height = (bars.length + 1) * ROW;
  const goalX = LABEL + WIDTH / 2;
  const rows = bars.map(({ figure: { id, value, unit, goal, ok }, share }, n) => {
    const y = (n + 1) * ROW;
    const length = Math.max(2, Math.min(1, share / 2) * WIDTH);
    return [
      `<text class="t" x="${LABEL - 10}" y="${y + 14}" text-anchor="end">${id.replaceAll('_', ' ')}</text>`,
      `<rect class="${ok ? 'ok' : 'over'}" x="${LABEL}" y="${y + 3}" width="${length.toFixed(1)}" height="14" rx="2"/>`,
      `<text class="t" x="${LABEL + WIDTH + 10}" y="${y + 14}">${shown(value)} ${unit} (${goal.replaceAll('<', '&lt;')})</text>`,
    ].join('\n');
  });
  const style =
    '.t{font:12px system-ui,sans-serif;fill:#333}.ok{fill:#2a8f5b}.over{fill:#c4572e}.goal{stroke:#888;stroke-dasharray:3}' +
    '@media(prefers-color-scheme:dark){.t{fill:#ddd}}';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABEL + WIDTH + RIGHT + 60} ${height + 10}" role="img" aria-label="Figures against their goals">`,
    `<style>${style}</style>`,
    `<text class="t" x="${goalX}" y="14" text-anchor="middle">goal</text>`,
    `<line class="goal" x1="${goalX}" y1="20" x2="${goalX}" y2="${height}"/>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

/** 1 = just reached; undefined for a figure without a goal. */
export function shareOfGoal({ value, goal }: Figure): number | undefined {
  const [, sign, number] = /^([≤≥]) ([\d.]+)$/.exec(goal) ?? [];
  if (sign === undefined || !Number.isFinite(value)) return undefined;
  return sign === '≥' ? value / Number(number) : Number(number) / value;
}

export function shown(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 4 }) : 'not known';
}
