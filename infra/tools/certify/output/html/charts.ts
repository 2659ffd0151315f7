import { html, type Markup } from './markup.js';

// Charts as plain SVG: colours come from the page's style, so that they follow light and dark. Each says in words what it shows.

const NUMBER = new Intl.NumberFormat('en');

/** So many of so many, as a ring. */
export function ring(passed: number, of: number): Markup {
  const [radius, whole] = [44, 2 * Math.PI * 44];
  const part = of === 0 ? 0 : (passed / of) * whole;
  const label = `${passed} of ${of} cases hold`;
  return html`<svg class="ring" viewBox="0 0 120 120" role="img" aria-label="${label}">
<circle class="track" cx="60" cy="60" r="${radius}"/>
<circle class="${passed === of ? 'good' : 'bad'}" cx="60" cy="60" r="${radius}" stroke-dasharray="${part.toFixed(2)} ${whole.toFixed(2)}" transform="rotate(-90 60 60)"/>
<text class="big" x="60" y="62">${passed}</text><text class="small" x="60" y="80">of ${of} cases</text></svg>`;
}

/** A bar of which the failed part is marked. */
export function bar(passed: number, of: number): Markup {
  const good = of === 0 ? 0 : (passed / of) * 100;
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="${passed} of ${of}">
<rect class="bad" width="100" height="4"/><rect class="good" width="${good.toFixed(2)}" height="4"/></svg>`;
}

const BUCKETS_MS = [5, 10, 20, 30, 50, 75, 100, 150, 250, 500, 1_000, 2_500];

/** How many of the times are in which stretch. */
export function histogram(sorted: readonly number[]): Markup {
  const [width, height, foot] = [640, 200, 40];
  const counts = [...BUCKETS_MS, Number.POSITIVE_INFINITY].map((upTo, at, all) => {
    const above = at === 0 ? Number.NEGATIVE_INFINITY : (all[at - 1] ?? 0);
    return { upTo, count: sorted.filter((value) => value > above && value <= upTo).length };
  });
  const most = Math.max(1, ...counts.map(({ count }) => count));
  const step = width / counts.length;
  const bars = counts.map(({ upTo, count }, at) => {
    const tall = (count / most) * (height - 20);
    const x = at * step + 4;
    const name = Number.isFinite(upTo) ? `≤ ${upTo}` : '> 2500';
    return html`<g><title>${name} ms: ${count}</title>
<rect class="accent" x="${x.toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step - 8).toFixed(1)}" height="${tall.toFixed(1)}"/>
<text class="count" x="${(x + step / 2 - 4).toFixed(1)}" y="${(height - tall - 5).toFixed(1)}">${count === 0 ? '' : NUMBER.format(count)}</text>
<text class="tick" x="${(x + step / 2 - 4).toFixed(1)}" y="${height + 18}">${name}</text></g>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${height + foot}" role="img" aria-label="Deliveries by milliseconds from the event to its receipt">
${bars}<line class="axis" x1="0" x2="${width}" y1="${height}" y2="${height}"/><text class="tick" x="${width / 2}" y="${height + 36}">milliseconds</text></svg>`;
}

export type Sides = { readonly name: string; readonly debits: number; readonly credits: number };

/** Debits to the left, credits to the right, of each account. */
export function twoSides(rows: readonly Sides[]): Markup {
  const [width, row, left] = [640, 30, 190];
  const middle = left + (width - left) / 2;
  const most = Math.max(1, ...rows.flatMap(({ debits, credits }) => [debits, credits]));
  const scale = (width - left) / 2 / most;
  const bars = rows.map(({ name, debits, credits }, at) => {
    const [y, owed, had] = [at * row + 26, debits * scale, credits * scale];
    return html`<g><title>${name}: debits ${NUMBER.format(debits)}, credits ${NUMBER.format(credits)}</title>
<text class="name" x="0" y="${y + 14}">${name}</text>
<rect class="debit" x="${(middle - owed).toFixed(1)}" y="${y}" width="${owed.toFixed(1)}" height="18"/>
<rect class="credit" x="${middle.toFixed(1)}" y="${y}" width="${had.toFixed(1)}" height="18"/></g>`;
  });
  const height = rows.length * row + 30;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Debits and credits of each account">
<text class="side" x="${middle - 8}" y="14" text-anchor="end">debits</text><text class="side" x="${middle + 8}" y="14">credits</text>
${bars}<line class="axis" x1="${middle}" x2="${middle}" y1="20" y2="${height - 6}"/></svg>`;
}

export type Step = { readonly label: string; readonly cash: number; readonly bonus: number };
export type Dot = { readonly at: number; readonly cash: number; readonly bonus: number };

/** What the certificate works out as steps, and what Fast Track was told as dots on them. */
export function balances(steps: readonly Step[], dots: readonly Dot[]): Markup {
  const [width, height, left, top] = [1080, 220, 44, 12];
  const most = Math.max(1, ...steps.flatMap(({ cash, bonus }) => [cash, bonus]));
  const x = (at: number) => left + (at / Math.max(1, steps.length)) * (width - left);
  const y = (value: number) => top + (1 - Math.max(0, value) / most) * height;
  const path = (of: (step: Step) => number) =>
    steps
      .map((step, at) => `${at === 0 ? 'M' : 'L'}${point(x(at), y(of(step)))}L${point(x(at + 1), y(of(step)))}`)
      .join('');
  const marks = (kind: 'cash' | 'bonus') =>
    dots.map((dot) => {
      const [event, told] = [steps[dot.at]?.label ?? '', dot[kind]];
      return html`<circle class="dot ${kind}" cx="${x(dot.at + 0.5).toFixed(1)}" cy="${y(told).toFixed(1)}" r="3.5"><title>after ${event}: told ${kind} ${told.toFixed(2)}</title></circle>`;
    });
  const ticks = [0, most / 2, most].map(
    (
      value,
    ) => html`<line class="grid" x1="${left}" x2="${width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>
<text class="tick" x="${left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${NUMBER.format(Math.round(value))}</text>`,
  );
  return html`<svg class="chart" viewBox="0 0 ${width} ${height + top + 30}" role="img" aria-label="Cash and bonus after each event, worked out and as told">
${ticks}<path class="line cash" d="${path(({ cash }) => cash)}"/><path class="line bonus" d="${path(({ bonus }) => bonus)}"/>
${marks('cash')}${marks('bonus')}<text class="tick" x="${left + (width - left) / 2}" y="${height + top + 22}">events of the player, in order</text></svg>`;
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
